using System.Globalization;
using Zhice.BulkFile;
using Zhice.Catalogs.Yaml;

// zhice-bulk-file FOLDER ROWS: writes catalog/ with 60 tags, and customers.csv and customers.parquet with so many rows.
// zhice-bulk-file --load CONNECTION FOLDER FILE: loads a file with nothing above the store, to profile it alone.
if (args is ["--load", var connection, var from, var file])
{
    await StoreLoad.RunAsync(connection, CatalogFiles.Read(Path.Combine(from, "catalog")), Path.Combine(from, file));
    return 0;
}

if (args is not [var folder, var count] || !int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out var rows))
{
    await Console.Error.WriteLineAsync("Usage: zhice-bulk-file FOLDER ROWS | --load CONNECTION FOLDER FILE");
    return 2;
}

CatalogFiles.Write(SixtyTags.Catalog(), Path.Combine(folder, "catalog"));
CustomerFile.WriteCsv(Path.Combine(folder, "customers.csv"), rows);
await CustomerFile.WriteParquetAsync(Path.Combine(folder, "customers.parquet"), rows);
return 0;
