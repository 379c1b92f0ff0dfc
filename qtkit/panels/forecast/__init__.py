"""`ForecastPanel`: a search on time series, live."""
