using System.Collections.Concurrent;
using Npgsql;
using NpgsqlTypes;
using Zhice.Domain.Measurement.Facts;
using Zhice.Storage.States;
using static Zhice.Storage.Postgres.Parameters.PostgresParameters;

namespace Zhice.Storage.Postgres.Facts;

/// <summary>Writes the names of groups, each once: the groups that this process found written are not written again.</summary>
internal sealed class PostgresFactGroups
{
    // A bank has some thousand; beyond this all are written again, which changes nothing.
    private const int MaxKnown = 1_000_000;

    private readonly ConcurrentDictionary<long, bool> _known = new();

    /// <summary>The groups of a batch that are not known to be written, those with the smallest ids first.</summary>
    /// <remarks>Hot path: most batches have none.</remarks>
    public SortedDictionary<long, FactGroup>? FindNew(IReadOnlyList<StateWrite> batch)
    {
        SortedDictionary<long, FactGroup>? found = null;
        for (var i = 0; i < batch.Count; i++)
        {
            if (batch[i].Effects is not { } effects)
            {
                continue;
            }

            for (var each = 0; each < effects.Sent.Count; each++)
            {
                Note(effects.Sent[each].GroupId, effects.Sent[each].Group, ref found);
            }

            for (var each = 0; each < effects.Facts.Count; each++)
            {
                Note(effects.Facts[each].GroupId, effects.Facts[each].Group, ref found);
            }
        }

        return found;
    }

    /// <summary>The groups of facts that are not known to be written.</summary>
    public SortedDictionary<long, FactGroup>? FindNew(IReadOnlyList<Fact> facts)
    {
        SortedDictionary<long, FactGroup>? found = null;
        foreach (var fact in facts)
        {
            Note(fact.GroupId, fact.Group, ref found);
        }

        return found;
    }

    /// <summary>Says that groups are written, and committed.</summary>
    public void Learn(SortedDictionary<long, FactGroup> written)
    {
        if (_known.Count > MaxKnown)
        {
            _known.Clear();
        }

        foreach (var id in written.Keys)
        {
            _known[id] = true;
        }
    }

    /// <summary>The statement that writes groups.</summary>
    public static NpgsqlBatchCommand Statement(SortedDictionary<long, FactGroup> groups)
    {
        var command = new NpgsqlBatchCommand(PostgresFactTexts.AddGroups);
        command.Parameters.AddRange(Parameters(groups));
        return command;
    }

    /// <summary>The parameters of <see cref="PostgresFactTexts.AddGroups"/>.</summary>
    public static NpgsqlParameter[] Parameters(SortedDictionary<long, FactGroup> groups)
    {
        var names = groups.Values.Select(static group => group.Names).ToList();
        return
        [
            Column<long>(NpgsqlDbType.Bigint, [.. groups.Keys]),
            .. Enumerable.Range(0, FactGroup.None.Names.Count)
                .Select(place => Column<string>(NpgsqlDbType.Text, [.. names.Select(each => each[place])])),
        ];
    }

    private void Note(long id, FactGroup? group, ref SortedDictionary<long, FactGroup>? found)
    {
        if (group is not null && !_known.ContainsKey(id))
        {
            (found ??= [])[id] = group;
        }
    }
}
