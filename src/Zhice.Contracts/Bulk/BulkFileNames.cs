namespace Zhice.Contracts.Bulk;

/// <summary>The names of files of bulk data, in the folder of a silo.</summary>
public static class BulkFileNames
{
    /// <summary>The name of an uploaded file.</summary>
    public static string UploadOf(string sha256) => sha256;

    /// <summary>The name of an import's file of rejected rows.</summary>
    public static string RejectsOf(string operationId) => $"{operationId}.rejects.csv";

    /// <summary>The name of an export's file.</summary>
    public static string ExportOf(string operationId) => $"{operationId}.export";

    /// <summary>The name of the file that says how far an export is, while it is made.</summary>
    public static string CursorOf(string operationId) => $"{ExportOf(operationId)}.cursor";
}
