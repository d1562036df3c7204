"""What the package `pyodide` is made of."""
