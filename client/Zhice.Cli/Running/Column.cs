namespace Zhice.Cli.Running;

/// <summary>A column of a table.</summary>
/// <param name="Heading">What stands above it.</param>
/// <param name="IsNumber">True: written to the right.</param>
internal readonly record struct Column(string Heading, bool IsNumber = false)
{
    public static implicit operator Column(string heading) => new(heading);

    public static Column Number(string heading) => new(heading, IsNumber: true);
}
