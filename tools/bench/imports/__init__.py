"""What is measured of imports: ten thousand results by the product, by the bare database, by the package's defaults."""
