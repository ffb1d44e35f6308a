namespace Zhice.Contracts.Bulk;

/// <summary>The names of files of bulk data, in the folder of a silo.</summary>
public static class BulkFileNames
{
    /// <summary>The name of an uploaded file.</summary>
    public static string ForUpload(string sha256) => sha256;

    /// <summary>The name of an import's file of rejected rows.</summary>
    public static string ForRejects(string operationId) => $"{operationId}.rejects.csv";

    /// <summary>The name of an export's file.</summary>
    public static string ForExport(string operationId) => $"{operationId}.export";

    /// <summary>The name of the file that says how far an export is, while it is made.</summary>
    public static string ForCursor(string operationId) => $"{ForExport(operationId)}.cursor";
}
