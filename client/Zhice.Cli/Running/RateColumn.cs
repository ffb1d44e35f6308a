using System.Globalization;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Zhice.Cli.Running;

/// <summary>How many are done, and how many a second.</summary>
internal sealed class RateColumn(string unit) : ProgressColumn
{
    public override IRenderable Render(RenderOptions options, ProgressTask task, TimeSpan deltaTime) => new Text(
        string.Create(CultureInfo.InvariantCulture, $"{task.Value:N0} {unit}, {task.Speed ?? 0:N0}/s"));
}
