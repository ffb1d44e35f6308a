using System.Globalization;
using System.IO.Compression;
using Zhice.V1;

namespace Zhice.BankMarketing;

/// <summary>
/// Reads the UCI Bank Marketing data (S. Moro, P. Cortez, P. Rita, Decision Support Systems 62, 2014; CC BY 4.0): calls
/// of a real bank in the order of time, as tags of the sample catalogue.
/// </summary>
public static class BankMarketingFile
{
    /// <summary>How many rows the file has.</summary>
    public const int RowCount = 41_188;

    /// <summary>What was offered, an action of the sample catalogue.</summary>
    public const string ActionId = "term_deposit";

    /// <summary>Where it was offered, a placement of the sample catalogue.</summary>
    public const string PlacementId = "remote_bank_call";

    private const string NeverContacted = "999";

    // The file's columns in order, each with its tag; duration is known only after the call, so it is none.
    private static readonly (string Column, string? Tag, Value.KindOneofCase Kind)[] Columns =
    [
        ("age", "age", Value.KindOneofCase.IntegerValue),
        ("job", "job", Value.KindOneofCase.StringValue),
        ("marital", "marital", Value.KindOneofCase.StringValue),
        ("education", "education", Value.KindOneofCase.StringValue),
        ("default", "credit_default", Value.KindOneofCase.StringValue),
        ("housing", "housing_loan", Value.KindOneofCase.StringValue),
        ("loan", "personal_loan", Value.KindOneofCase.StringValue),
        ("contact", "contact_type", Value.KindOneofCase.StringValue),
        ("month", "month", Value.KindOneofCase.StringValue),
        ("day_of_week", "day_of_week", Value.KindOneofCase.StringValue),
        ("duration", null, Value.KindOneofCase.None),
        ("campaign", "campaign_contacts", Value.KindOneofCase.IntegerValue),
        ("pdays", "days_since_contact", Value.KindOneofCase.IntegerValue),
        ("previous", "previous_contacts", Value.KindOneofCase.IntegerValue),
        ("poutcome", "previous_outcome", Value.KindOneofCase.StringValue),
        ("emp.var.rate", "emp_var_rate", Value.KindOneofCase.DecimalValue),
        ("cons.price.idx", "cons_price_idx", Value.KindOneofCase.DecimalValue),
        ("cons.conf.idx", "cons_conf_idx", Value.KindOneofCase.DecimalValue),
        ("euribor3m", "euribor_3m", Value.KindOneofCase.DecimalValue),
        ("nr.employed", "employed", Value.KindOneofCase.DecimalValue),
        ("y", null, Value.KindOneofCase.None),
    ];

    /// <summary>Reads the rows as they are asked for.</summary>
    /// <param name="gz">The file, compressed; it stays open.</param>
    /// <exception cref="InvalidDataException">The file is damaged; the message names the line.</exception>
    public static IEnumerable<BankMarketingRow> Read(Stream gz)
    {
        using var lines = new StreamReader(new GZipStream(gz, CompressionMode.Decompress, leaveOpen: true));
        CheckHeader(NextLine(lines, 1));
        for (var number = 1; NextLine(lines, number + 1) is { } line; number++)
        {
            yield return Row(line, number);
        }
    }

    private static string? NextLine(StreamReader lines, int lineNumber)
    {
        try
        {
            return lines.ReadLine();
        }
        catch (InvalidDataException fault)
        {
            throw new InvalidDataException($"line {lineNumber}: the file is not gzip, or damaged from here on: {fault.Message}", fault);
        }
    }

    private static void CheckHeader(string? line)
    {
        var expected = string.Join(';', Columns.Select(column => column.Column));
        var found = line?.Replace("\"", "", StringComparison.Ordinal);
        if (found != expected)
        {
            throw new InvalidDataException(
                $"line 1: found the columns \"{found}\", expected \"{expected}\", as in bank-additional-full.csv");
        }
    }

    private static BankMarketingRow Row(string line, int number)
    {
        var fields = line.Replace("\"", "", StringComparison.Ordinal).Split(';');
        if (fields.Length != Columns.Length)
        {
            throw Damaged(number, $"found {fields.Length} fields, expected {Columns.Length}");
        }

        var changes = new List<TagChange>(Columns.Length);
        for (var i = 0; i < fields.Length; i++)
        {
            var (column, tag, kind) = Columns[i];
            if (tag is not null && !(column == "pdays" && fields[i] == NeverContacted))
            {
                changes.Add(new TagChange { TagId = tag, Set = ParseValue(fields[i], kind, column, number) });
            }
        }

        var answer = fields[^1];
        return answer is "yes" or "no"
            ? new BankMarketingRow(number, changes, answer == "yes")
            : throw Damaged(number, $"column y is \"{answer}\", expected \"yes\" or \"no\"");
    }

    private static Value ParseValue(string field, Value.KindOneofCase kind, string column, int number)
    {
        var invariant = CultureInfo.InvariantCulture;
        return kind switch
        {
            _ when field.Length == 0 => throw Damaged(number, $"column {column} is empty"),
            Value.KindOneofCase.StringValue => new Value { StringValue = field },
            Value.KindOneofCase.IntegerValue when long.TryParse(field, NumberStyles.AllowLeadingSign, invariant, out var integer) =>
                new Value { IntegerValue = integer },
            Value.KindOneofCase.DecimalValue when decimal.TryParse(
                field, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, invariant, out _) =>
                new Value { DecimalValue = field },
            _ => throw Damaged(number, $"column {column} is \"{field}\", expected a number"),
        };
    }

    private static InvalidDataException Damaged(int row, string fault) => new($"line {row + 1}: {fault}");
}

/// <summary>A call to a customer.</summary>
/// <param name="Number">Its place in the file, from 1.</param>
/// <param name="TagChanges">What was known of the customer before the call; each sets a tag.</param>
/// <param name="IsAccepted">Whether the customer took the term deposit.</param>
public sealed record BankMarketingRow(int Number, IReadOnlyList<TagChange> TagChanges, bool IsAccepted)
{
    /// <summary>The customer's id, as <c>bm-000001</c>.</summary>
    public string CustomerId { get; } = string.Create(CultureInfo.InvariantCulture, $"bm-{Number:D6}");
}
