"""`ForecastPanel`: a search on time series, live.

`panel` puts the widgets of `view` on the `model`; `form` has the settings as controls, `presets` ready-made ones.
"""
