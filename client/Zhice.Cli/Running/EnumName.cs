using System.Text;

namespace Zhice.Cli.Running;

/// <summary>Writes the names of enum values as people or other programs do.</summary>
internal static class EnumName
{
    /// <summary>"CapReached" as "CAP_REACHED".</summary>
    public static string UpperSnake(string pascal) => Split(pascal, '_').ToUpperInvariant();

    /// <summary>CapReached as "cap reached".</summary>
    public static string Words<T>(T value) where T : struct, Enum => Split(value.ToString(), ' ').ToLowerInvariant();

    private static string Split(string pascal, char separator)
    {
        var text = new StringBuilder(pascal.Length + 8);
        foreach (var letter in pascal)
        {
            if (char.IsUpper(letter) && text.Length > 0)
            {
                text.Append(separator);
            }

            text.Append(letter);
        }

        return text.ToString();
    }
}
