using Google.Protobuf;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Zhice.Cli.Running;

/// <summary>Prints results on stdout and errors on stderr: for people, or as JSON, one object a line.</summary>
internal sealed class Terminal
{
    // Wide enough that no table is folded in a file or a pipe.
    private const int WidthOfFiles = 400;

    private readonly IAnsiConsole _out = Open(Console.Out, Console.IsOutputRedirected);
    private readonly IAnsiConsole _error = Open(Console.Error, Console.IsErrorRedirected);

    private Terminal(bool isJson) => IsJson = isJson;

    /// <summary>True: results are JSON.</summary>
    public bool IsJson { get; }

    /// <summary>True: a progress bar may move.</summary>
    public bool HasProgress => !IsJson && !IsPlain(Console.IsOutputRedirected) && !IsPlain(Console.IsErrorRedirected);

    /// <summary>True: a person can be asked.</summary>
    public bool CanAsk => !IsJson && !Console.IsInputRedirected && !Console.IsOutputRedirected;

    /// <summary>Asks a person who sees the terminal; anything but yes is no.</summary>
    public bool Asks(string question)
    {
        _out.Profile.Out.Writer.Write($"{Printable(question)} [y/N] ");
        return Console.In.ReadLine()?.Trim() is "y" or "Y" or "yes";
    }

    public static Terminal Open(bool isJson) => new(isJson);

    /// <summary>Prints a message of the API as an object of JSON.</summary>
    public void Json(IMessage message) => Json(ProtoJson.Format(message));

    /// <summary>Prints one line of JSON.</summary>
    public void Json(string line) => _out.Profile.Out.Writer.WriteLine(line);

    /// <summary>Prints a sentence.</summary>
    public void Line(string text = "") => _out.Profile.Out.Writer.WriteLine(Printable(text));

    /// <summary>Prints a sentence, for people only.</summary>
    public void Note(string text)
    {
        if (!IsJson)
        {
            Line(text);
        }
    }

    /// <summary>Prints the answer to a write: as it is for programs, a sentence for people.</summary>
    public void Done(IMessage answer, string sentence)
    {
        if (IsJson)
        {
            Json(answer);
        }
        else
        {
            Line(sentence);
        }
    }

    /// <summary>Prints a table; nothing when it has no rows.</summary>
    public void Table(string title, Column[] columns, IEnumerable<string[]> rows) => Table(_out, title, columns, rows);

    /// <summary>Prints a list: a table for people, a line of JSON for each item for programs.</summary>
    /// <param name="items">The items.</param>
    /// <param name="columns">The columns of the table.</param>
    /// <param name="toRow">Makes an item a row of the table.</param>
    public void List<T>(IReadOnlyCollection<T> items, Column[] columns, Func<T, string[]> toRow)
        where T : IMessage
    {
        if (!IsJson)
        {
            Table("", columns, items.Select(toRow));
            return;
        }

        foreach (var item in items)
        {
            Json(item);
        }
    }

    /// <summary>Prints what is allowed and may not be meant, beside the answer.</summary>
    public void Warning(string sentence)
    {
        if (IsJson)
        {
            ErrorJson(ObjectJson.Serialize(new { warning = sentence }));
        }
        else
        {
            _error.Profile.Out.Writer.WriteLine(Printable($"warning: {sentence}"));
        }
    }

    /// <summary>Prints an error, and what is wrong in detail as a table.</summary>
    public void Error(string sentence, Column[]? columns = null, IEnumerable<string[]>? rows = null)
    {
        if (IsJson)
        {
            ErrorJson(ObjectJson.Serialize(new { error = new { message = sentence } }));
            return;
        }

        _error.Write(new Text("error: ", new Style(Color.Red)));
        _error.Profile.Out.Writer.WriteLine(Printable(sentence));
        if (columns is not null && rows is not null)
        {
            Table(_error, "", columns, rows);
        }
    }

    /// <summary>Prints one line of JSON on stderr.</summary>
    public void ErrorJson(string line) => _error.Profile.Out.Writer.WriteLine(line);

    /// <summary>Runs work under a progress bar, if there may be one; the work says how many units are done more.</summary>
    /// <param name="title">What is being done.</param>
    /// <param name="unit">What is counted, such as "rows".</param>
    /// <param name="total">How many there are; null when not known.</param>
    /// <param name="work">The work.</param>
    public async Task<T> WithProgressAsync<T>(string title, string unit, long? total, Func<Action<int>, Task<T>> work)
    {
        if (!HasProgress)
        {
            return await work(_ => { }).ConfigureAwait(false);
        }

        ProgressColumn[] columns = total is null
            ? [new TaskDescriptionColumn(), new SpinnerColumn(), new RateColumn(unit)]
            : [new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RateColumn(unit), new RemainingTimeColumn()];
        return await _error.Progress().AutoClear(true).Columns(columns).StartAsync(async progress =>
        {
            var task = progress.AddTask(Markup.Escape(title), maxValue: total ?? double.MaxValue);
            task.IsIndeterminate = total is null;
            return await work(done => task.Increment(done)).ConfigureAwait(false);
        }).ConfigureAwait(false);
    }

    /// <summary>Watches work that is done elsewhere, under a progress bar if there may be one.</summary>
    /// <param name="title">What is being done.</param>
    /// <param name="work">Watches; it says how much is done, 0 to 1, and what to write beside it.</param>
    public async Task<T> WatchAsync<T>(string title, Func<Action<double, string>, Task<T>> work)
    {
        if (!HasProgress)
        {
            return await work((_, _) => { }).ConfigureAwait(false);
        }

        ProgressColumn[] columns =
            [new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn()];
        return await _error.Progress().AutoClear(true).Columns(columns).StartAsync(async progress =>
        {
            var task = progress.AddTask(Markup.Escape(title), maxValue: 1);
            return await work((fraction, text) =>
            {
                task.Value = fraction;
                task.Description = Markup.Escape($"{title} {text}");
            }).ConfigureAwait(false);
        }).ConfigureAwait(false);
    }

    private static void Table(IAnsiConsole console, string title, Column[] columns, IEnumerable<string[]> rows)
    {
        var table = new Table().Border(TableBorder.Simple);
        foreach (var column in columns)
        {
            table.AddColumn(new TableColumn(new Text(column.Heading, new Style(decoration: Decoration.Bold)))
            {
                Alignment = column.IsNumber ? Justify.Right : Justify.Left,
            });
        }

        foreach (var row in rows)
        {
            table.AddRow(row.Select(IRenderable (cell) => new Text(Printable(cell))));
        }

        if (table.Rows.Count == 0)
        {
            return;
        }

        if (title.Length > 0)
        {
            console.WriteLine(title);
        }

        console.Write(table);
    }

    private static IAnsiConsole Open(TextWriter writer, bool isRedirected)
    {
        var isPlain = IsPlain(isRedirected);
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(writer),
            Ansi = isPlain ? AnsiSupport.No : AnsiSupport.Detect,
            ColorSystem = isPlain ? ColorSystemSupport.NoColors : ColorSystemSupport.Detect,
            Interactive = isPlain ? InteractionSupport.No : InteractionSupport.Detect,
        });
        if (isRedirected)
        {
            console.Profile.Width = WidthOfFiles;
        }

        return console;
    }

    private static bool IsPlain(bool isRedirected) =>
        isRedirected || Environment.GetEnvironmentVariable("NO_COLOR") is { Length: > 0 };

    // A customer's texts must not steer the operator's terminal.
    private static string Printable(string text) => text.Any(c => char.IsControl(c) && c != '\n')
        ? string.Concat(text.Select(c => char.IsControl(c) && c != '\n' ? '\uFFFD' : c))
        : text;
}
