using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Zhice.Api.Audiences;

/// <summary>A number of customers or contacts in an answer, which may be hidden: it is 0 then, and so is the amount that goes with it.</summary>
internal sealed class FloorCell
{
    private const string Amount = "_fen";

    private readonly IMessage _message;
    private readonly FieldDescriptor _field;

    private FloorCell(IMessage message, FieldDescriptor field)
    {
        (_message, _field) = (message, field);
        Value = (long)field.Accessor.GetValue(message);
    }

    /// <summary>The name of its field.</summary>
    public string Name => _field.Name;

    /// <summary>The number, also of one that is hidden.</summary>
    public long Value { get; }

    /// <summary>Whether it is hidden.</summary>
    public bool IsHidden { get; private set; }

    /// <summary>The numbers of a message, without amounts and without those of the messages in it.</summary>
    public static IEnumerable<FloorCell> Of(IMessage message) => message.Descriptor.Fields.InDeclarationOrder()
        .Where(static field => field is { FieldType: FieldType.Int64, IsRepeated: false } && !field.Name.EndsWith(Amount, StringComparison.Ordinal))
        .Select(field => new FloorCell(message, field));

    /// <summary>Hides it.</summary>
    public void Hide()
    {
        IsHidden = true;
        _field.Accessor.SetValue(_message, 0L);
        _message.Descriptor.FindFieldByName(_field.Name + Amount)?.Accessor.SetValue(_message, 0L);
    }

    /// <summary>
    /// Hides the small ones of numbers whose sum is known, and as many larger ones as it takes: a single hidden one would be what is left of
    /// the sum.
    /// </summary>
    /// <param name="cells">The numbers.</param>
    /// <param name="floor">The smallest number that is shown.</param>
    /// <param name="before">What is hidden of the sum already.</param>
    /// <returns>Whether some are hidden.</returns>
    public static bool HideSmall(IReadOnlyCollection<FloorCell> cells, CountFloor floor, long before = 0)
    {
        foreach (var cell in cells.Where(cell => cell is { IsHidden: false, Value: > 0 } && floor.Hides(cell.Value)))
        {
            cell.Hide();
        }

        var hidden = before + cells.Where(static cell => cell.IsHidden).Sum(static cell => cell.Value);
        while (hidden > 0 && floor.Hides(hidden) && cells.Where(static cell => cell is { IsHidden: false, Value: > 0 }).MinBy(static cell => cell.Value) is { } next)
        {
            next.Hide();
            hidden += next.Value;
        }

        return hidden > 0;
    }

    /// <summary>Removes the small ones of lines whose sum is known, and as many larger ones as it takes.</summary>
    /// <returns>Those that were removed.</returns>
    public static IReadOnlyList<T> RemoveSmall<T>(IList<T> lines, CountFloor floor, Func<T, long> size)
    {
        var removed = lines.Where(line => size(line) > 0 && floor.Hides(size(line))).ToList();
        while (removed.Count > 0 && floor.Hides(removed.Sum(size)) && lines.Except(removed).Where(line => size(line) > 0).MinBy(size) is { } next)
        {
            removed.Add(next);
        }

        foreach (var line in removed)
        {
            lines.Remove(line);
        }

        return removed;
    }
}
