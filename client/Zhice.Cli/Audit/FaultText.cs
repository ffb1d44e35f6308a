using Zhice.Cli.Values;
using Zhice.Domain.Audit;

namespace Zhice.Cli.Audit;

/// <summary>Says what does not fit in a chain.</summary>
internal static class FaultText
{
    /// <summary>A fault in a sentence.</summary>
    public static string Format(AuditFault fault) => fault.Kind switch
    {
        AuditFaultKind.Changed => $"entry {fault.Sequence} ({At(fault.AtMs)}) does not fit its hash behind entry {fault.Sequence - 1}: one of them was edited, put in or replaced",
        AuditFaultKind.Missing =>
            $"{Entries(fault.Sequence, fault.Other)} missing, between {At(fault.AtMs)} and {At(fault.UntilMs)}{Days(fault)}",
        AuditFaultKind.Moved => $"entry {fault.Sequence} ({At(fault.AtMs)}) was written as entry {fault.Other}: the order was changed",
        AuditFaultKind.OutOfOrder => $"entry {fault.Sequence} ({At(fault.AtMs)}) comes again, or too late",
        AuditFaultKind.TimeReversed => $"entry {fault.Sequence} ({At(fault.AtMs)}) is earlier than the one before",
        AuditFaultKind.Truncated => $"{Entries(fault.Sequence, fault.Other)} missing: the end was cut off after {At(fault.AtMs)}",
        AuditFaultKind.AgainstCheckpoint => $"entry {fault.Sequence} ({At(fault.AtMs)}) is not the one of the checkpoint: it, or one before it, was replaced and all hashes made anew",
        AuditFaultKind.OtherChain => $"the checkpoint of entry {fault.Sequence} is of another chain",
        AuditFaultKind.Unreadable => $"entry {fault.Sequence} ({At(fault.AtMs)}) cannot be read by this program",
        AuditFaultKind.NoBeginning => $"the chain begins with entry {fault.Sequence} ({At(fault.AtMs)}), and no checkpoint is of the entry before: those before were cut off, or archived (then give their last checkpoint by --against)",
        _ => $"{fault.Kind} at entry {fault.Sequence}",
    };

    private static string Entries(long from, long to) => from == to ? $"entry {from} is" : $"entries {from} to {to} are";

    // Days that lie wholly in the gap.
    private static string Days(AuditFault fault)
    {
        var (first, last) = (AuditChain.DayOf(fault.AtMs) + 1, AuditChain.DayOf(fault.UntilMs) - 1);
        return first > last ? "" : first == last ? $": the whole of {Day(first)}" : $": the whole of {Day(first)} to {Day(last)}";
    }

    private static string Day(int day) =>
        FormattableString.Invariant(
            $"{DateOnly.FromDayNumber(DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber + day):yyyy-MM-dd} (UTC)");

    // What was edited may be no time.
    private static string At(long atMs) => atMs is >= 0 and < 253_402_300_800_000
        ? InstantText.Format(DateTimeOffset.FromUnixTimeMilliseconds(atMs))
        : FormattableString.Invariant($"at {atMs} ms");
}
