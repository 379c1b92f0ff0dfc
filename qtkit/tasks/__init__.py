"""The paper's three kinds of tasks: data and one training generator each. Import the one you need."""
