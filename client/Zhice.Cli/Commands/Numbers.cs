using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace Zhice.Cli.Commands;

/// <summary>Whole numbers of a range, as options and arguments.</summary>
internal static class Numbers
{
    /// <summary>An option; 0 when it is not given and there is no default.</summary>
    public static Option<int> Option(string name, string description, int max, int? otherwise = null)
    {
        var option = new Option<int>(name)
        {
            Description = description,
            HelpName = "N",
            CustomParser = result => Parse(result, name, max),
        };
        if (otherwise is { } value)
        {
            option.DefaultValueFactory = _ => value;
        }

        return option;
    }

    /// <summary>An argument that must be given.</summary>
    public static Argument<int> Argument(string name, string description) => new(name)
    {
        Description = description,
        CustomParser = result => Parse(result, name, int.MaxValue),
    };

    private static int Parse(ArgumentResult result, string name, int max)
    {
        var text = result.Tokens[0].Value;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= 1 && number <= max)
        {
            return number;
        }

        result.AddError($"{name} must be a whole number, {(max == int.MaxValue ? "1 or more" : $"1 to {max}")}, not '{text}'.");
        return 0;
    }
}
