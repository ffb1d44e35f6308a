using System.Runtime.CompilerServices;

namespace Zhice.SystemTests.Processes;

/// <summary>A test that needs a program or a library, perhaps root too, and is skipped with a reason without them.</summary>
internal sealed class FactWithAttribute : FactAttribute
{
    /// <param name="file">The program's, or library's, file.</param>
    /// <param name="package">The Debian package that has it.</param>
    /// <param name="asRoot">Whether it must be run as root.</param>
    /// <param name="sourceFile">Where the test stands.</param>
    /// <param name="sourceLine">In which line.</param>
    public FactWithAttribute(
        string file, string package, bool asRoot = false, [CallerFilePath] string? sourceFile = null,
        [CallerLineNumber] int sourceLine = -1)
        : base(sourceFile, sourceLine)
    {
        Skip = !File.Exists(file) ? $"This needs {file}: apt-get install {package}."
            : asRoot && Environment.UserName != "root" ? "This needs root."
            : null;
    }
}
