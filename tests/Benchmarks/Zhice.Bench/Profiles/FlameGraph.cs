using System.Globalization;
using System.Security;
using System.Text;

namespace Zhice.Bench.Profiles;

/// <summary>
/// Draws stacks as an SVG (B. Gregg, The Flame Graph, CACM 59, 2016): a row for each depth, callers below, width by samples. It has no
/// script; the full name and share of a frame are its tooltip.
/// </summary>
internal static class FlameGraph
{
    private const double Width = 1200;
    private const double Row = 16;
    private const double Head = 28;
    private const double Letter = 6.4;

    // What is narrower is left out: it could not be read.
    private const double Least = 0.002;

    /// <summary>The SVG of the stacks.</summary>
    public static string Draw(string title, StackFrame root)
    {
        var all = root.Callees.Sum(static thread => thread.Samples);
        var depth = root.Callees.Select(thread => Depth(thread, all)).DefaultIfEmpty().Max();
        var height = Head + (depth * Row) + 4;
        var svg = new StringBuilder();
        Add(svg, $"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {Width} {height}" font-family="monospace" font-size="11">""");
        Add(svg, $"""<rect width="{Width}" height="{height}" fill="#ffffff"/>""");
        Add(svg, $"""<text x="6" y="18" font-size="13">{SecurityElement.Escape(title)}</text>""");
        var x = 0.0;
        foreach (var thread in root.Callees)
        {
            Draw(svg, thread, all, x, height - Row - 2);
            x += Width * thread.Samples / all;
        }

        return svg.Append("</svg>\n").ToString();
    }

    private static int Depth(StackFrame frame, int all) => frame.Samples < all * Least
        ? 0
        : 1 + frame.Callees.Select(callee => Depth(callee, all)).DefaultIfEmpty().Max();

    private static void Draw(StringBuilder svg, StackFrame frame, int all, double x, double y)
    {
        if (frame.Samples < all * Least)
        {
            return;
        }

        var width = Width * frame.Samples / all;
        var name = frame.Name.Replace(StackFrame.Product, "", StringComparison.Ordinal);
        var letters = (int)((width - 4) / Letter);
        var shown = letters < 3 ? "" : name.Length <= letters ? name : name[..(letters - 1)] + "…";
        Add(svg, $"""<g><title>{SecurityElement.Escape(name)}, {100.0 * frame.Samples / all:0.0} %</title>""");
        Add(svg, $"""<rect x="{x:0.#}" y="{y:0.#}" width="{Math.Max(0.5, width - 0.5):0.#}" height="{Row - 1}" fill="{Colour(frame)}"/>""");
        if (shown.Length > 0)
        {
            Add(svg, $"""<text x="{x + 2:0.#}" y="{y + 11:0.#}">{SecurityElement.Escape(shown)}</text>""");
        }

        svg.Append("</g>\n");
        foreach (var callee in frame.Callees)
        {
            Draw(svg, callee, all, x, y - Row);
            x += Width * callee.Samples / all;
        }
    }

    // The product, other managed code, and native code: the kernel and the runtime with its collector.
    private static string Colour(StackFrame frame) =>
        frame.Name.StartsWith(StackFrame.Product, StringComparison.Ordinal) ? "#f6b26b"
        : frame.Name.Contains('.', StringComparison.Ordinal) && !frame.Name.StartsWith('.') ? "#a9cce3"
        : "#d5d8dc";

    private static void Add(StringBuilder svg, FormattableString text) => svg.Append(text.ToString(CultureInfo.InvariantCulture)).Append('\n');
}
