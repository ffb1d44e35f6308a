using System.CommandLine.Parsing;

namespace Zhice.Cli.Values;

/// <summary>A name and the text of its value, typed as "name=text".</summary>
internal readonly record struct Assignment(string Name, string Text)
{
    /// <summary>Reads all tokens of an argument or option; a wrong or a double one is wrong usage.</summary>
    public static Assignment[] ParseAll(ArgumentResult result)
    {
        var assignments = new List<Assignment>(result.Tokens.Count);
        foreach (var token in result.Tokens)
        {
            if (!TryParse(token.Value, out var assignment))
            {
                result.AddError($"'{token.Value}' should be a name and its value, such as age=35.");
            }
            else if (assignments.Exists(a => a.Name == assignment.Name))
            {
                result.AddError($"'{assignment.Name}' is given twice.");
            }
            else
            {
                assignments.Add(assignment);
            }
        }

        return [.. assignments];
    }

    /// <summary>Reads one; the value is what follows the first '=', and may be empty.</summary>
    public static bool TryParse(string text, out Assignment assignment)
    {
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        assignment = equals > 0 ? new(text[..equals], text[(equals + 1)..]) : default;
        return equals > 0;
    }
}
