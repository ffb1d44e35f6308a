using System.Collections.Immutable;
using Google.Protobuf.Collections;
using Zhice.Domain.Contacts;
using Zhice.Domain.Primitives;

namespace Zhice.Catalogs.Contacts;

/// <summary>Checks the contact caps of a definition.</summary>
internal sealed class CapCompiler(DefinitionNames names, CatalogIds categories)
{
    private const int MaxLimit = 1000;
    private const int MaxPriority = 1000;

    private readonly CatalogFaults _faults = names.Faults;

    /// <summary>The caps by id, with what they count apart: for expressions, which are checked before the caps are.</summary>
    public static Dictionary<string, CapScope> GetCounters(RepeatedField<V1.ContactCap> definitions)
    {
        var counters = new Dictionary<string, CapScope>(StringComparer.Ordinal);
        foreach (var cap in definitions)
        {
            counters[cap.CapId] = cap.ScopeId.Length > 0 ? CapScope.All : (CapScope)cap.Scope;
        }

        return counters;
    }

    public ImmutableArray<ContactCap> Compile(RepeatedField<V1.ContactCap> definitions)
    {
        _faults.AtMost("contact_caps", definitions.Count, ContactPolicy.MaxCaps, "caps");
        var ids = new CatalogIds("cap", _faults);
        var caps = ImmutableArray.CreateBuilder<ContactCap>(definitions.Count);
        for (var i = 0; i < definitions.Count && !_faults.IsFull; i++)
        {
            var (path, cap) = ($"contact_caps[{i}]", definitions[i]);
            ids.Add(path, "cap_id", cap.CapId);
            if (cap.Limit is < 1 or > MaxLimit)
            {
                _faults.Add($"{path}.limit", $"found {cap.Limit}; a limit is 1 to {MaxLimit} contacts");
            }

            caps.Add(new ContactCap(cap.CapId, (CapScope)cap.Scope, ScopeNumber(path, cap), cap.Limit, Window(path, cap))
            {
                CountAt = CountAt(path, cap),
                Reserve = cap.Reserve,
                Purposes = PurposeFields.Bound($"{path}.purposes", cap.Purposes, _faults),
                HoldLastForPriority = HoldLastForPriority(path, cap),
            });
        }

        return caps.ToImmutable();
    }

    private CountMoment CountAt(string path, V1.ContactCap cap)
    {
        if (cap.CountAt is < V1.CountAt.Unspecified or > V1.CountAt.Send)
        {
            _faults.Add($"{path}.count_at", $"{(int)cap.CountAt} is no moment to count at; it is one of impression, decision, send");
        }

        return (CountMoment)cap.CountAt;
    }

    private int HoldLastForPriority(string path, V1.ContactCap cap)
    {
        if (cap.HoldLastForPriority is < 0 or > MaxPriority)
        {
            _faults.Add(
                $"{path}.hold_last_for_priority", $"found {cap.HoldLastForPriority}; a priority is 1 to {MaxPriority}, or 0 for none");
        }

        return cap.HoldLastForPriority;
    }

    private ushort ScopeNumber(string path, V1.ContactCap cap)
    {
        if (cap.Scope is < V1.CapScope.All or > V1.CapScope.Treatment)
        {
            var found = cap.Scope == V1.CapScope.Unspecified ? "the scope is missing" : $"{(int)cap.Scope} is no scope";
            _faults.Add($"{path}.scope", $"{found}; it is one of all, channel, category, action, treatment");
            return 0;
        }

        if (cap.ScopeId.Length == 0)
        {
            return 0;
        }

        var (ids, kind) = cap.Scope switch
        {
            V1.CapScope.Channel => (names.Channels, SymbolKind.Channel),
            V1.CapScope.Category => (categories, SymbolKind.Category),
            V1.CapScope.Action => (names.Actions, SymbolKind.Action),
            V1.CapScope.Treatment => (names.Treatments, SymbolKind.Treatment),
            _ => (null, default),
        };
        if (ids is null)
        {
            _faults.Add($"{path}.scope_id", $"found '{ShortName.Shorten(cap.ScopeId)}', and the scope is all; leave it out");
            return 0;
        }

        ids.Knows($"{path}.scope_id", cap.ScopeId);
        return names.Symbols.Find(kind, cap.ScopeId);
    }

    private CapWindow Window(string path, V1.ContactCap cap)
    {
        switch (cap.WindowCase)
        {
            case V1.ContactCap.WindowOneofCase.Sliding:
                return CapWindow.Sliding(
                    _faults.Span($"{path}.sliding", cap.Sliding, TimeSpan.FromMinutes(1), TimeSpan.FromDays(366)));
            case V1.ContactCap.WindowOneofCase.Calendar when cap.Calendar is >= V1.CalendarPeriod.Day and <= V1.CalendarPeriod.Month:
                return CapWindow.Calendar((CalendarPeriod)cap.Calendar);
            case V1.ContactCap.WindowOneofCase.Calendar:
                _faults.Add($"{path}.calendar", $"{(int)cap.Calendar} is no calendar period; it is one of day, week, month");
                return default;
            default:
                _faults.Add($"{path}.sliding", "the window is missing; set sliding (1m to 366d) or calendar (day, week, month)");
                return default;
        }
    }
}
