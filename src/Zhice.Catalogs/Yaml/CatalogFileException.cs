namespace Zhice.Catalogs.Yaml;

/// <summary>A file of a catalogue that cannot be read: where, what was found, and what would be right.</summary>
/// <param name="file">The file, or the folder.</param>
/// <param name="line">The line, from 1; 0 for the file as a whole.</param>
/// <param name="column">The column, from 1; 0 for the file as a whole.</param>
/// <param name="fault">What is wrong.</param>
/// <param name="cause">What brought it to light, if anything.</param>
public sealed class CatalogFileException(string file, long line, long column, string fault, Exception? cause = null)
    : Exception(line == 0 ? $"{file}: {fault}" : $"{file}:{line}:{column}: {fault}", cause)
{
    /// <summary>The file, or the folder.</summary>
    public string File { get; } = file;

    /// <summary>The line, from 1; 0 for the file as a whole.</summary>
    public long Line { get; } = line;

    /// <summary>The column, from 1; 0 for the file as a whole.</summary>
    public long Column { get; } = column;

    /// <summary>What is wrong, without where.</summary>
    public string Fault { get; } = fault;
}
