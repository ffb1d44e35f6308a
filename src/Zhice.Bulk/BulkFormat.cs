namespace Zhice.Bulk;

/// <summary>How a file of customers is written. The numbers are those of the public contract.</summary>
public enum BulkFormat : byte
{
    /// <summary>Comma-separated values, RFC 4180, UTF-8, with a header.</summary>
    Csv = 1,

    /// <summary>A JSON object a line.</summary>
    Ndjson = 2,

    /// <summary>Apache Parquet.</summary>
    Parquet = 3,
}
