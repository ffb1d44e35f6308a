using System.Collections.Immutable;

namespace Zhice.Storage.Erasures;

/// <summary>
/// Every table of the store, and what it has of a customer. Erasure and access go by it, and a test compares it with the schema: a table
/// or a column of text or bytes that is not named here fails it.
/// </summary>
public static class CustomerPlaces
{
    /// <summary>All tables.</summary>
    public static ImmutableArray<CustomerPlace> All { get; } =
    [
        new("grain_state", PlaceKind.State, ["grain_type", "grain_key", "state_name", "write_id", "payload"]),
        new("contact_ledger", PlaceKind.Rows, ["contact_id", "customer_id", "write_id"]),
        new("outbox", PlaceKind.Rows, ["contact_id", "customer_id", "channel", "campaign", "lease_id", "held_by", "reason", "message"]),
        new("dead_letter", PlaceKind.Rows, ["contact_id", "customer_id", "channel", "campaign", "reason", "message"]),
        new("customer_timer", PlaceKind.Rows, ["customer_id", "step"]),
        new("consent_word", PlaceKind.Rows, ["customer_id", "evidence", "actor"]),
        new("given_answer", PlaceKind.Rows, ["customer_id", "answer"]),
        new("fact", PlaceKind.Rows, ["probability", "key", "customer_id", "about"]),
        new("decision_log", PlaceKind.Rows, ["decision_id", "customer_id", "record"]),
        new("campaign_evaluation", PlaceKind.Inside, ["campaign", "evaluations"]),

        // By ids of contacts alone, which name nobody once the state is gone; the customer's commit gives the units back.
        new("stock_unit", PlaceKind.Nothing, ["contact_id", "action_id", "lease_id"]),
        new("stock_allotment", PlaceKind.Nothing, ["action_id"]),
        new("stock_lease", PlaceKind.Nothing, ["lease_id", "action_id", "owner"]),
        new("stock_owner", PlaceKind.Nothing, ["owner"]),
        new("stock_kept", PlaceKind.Nothing, ["action_id"]),
        new("delivery_count", PlaceKind.Nothing, ["campaign", "channel"]),
        new("delivery_count_part", PlaceKind.Nothing, ["campaign", "channel"]),
        new(
            "fact_group", PlaceKind.Nothing,
            ["campaign", "journey", "stage", "action", "channel", "placement", "treatment", "arm", "tier", "event_type"]),
        new("fact_count", PlaceKind.Nothing, []),
        new("fact_batch", PlaceKind.Nothing, ["batch_id"]),
        new("journey_count", PlaceKind.Nothing, []),
        new("cleared", PlaceKind.Nothing, []),
        new("schema_version", PlaceKind.Nothing, ["step"]),
        new("cluster_identity", PlaceKind.Nothing, ["suffix"]),
        new("sqlite_sequence", PlaceKind.Nothing, ["name", "seq"]),

        // Who did what, with the ids of customers: entries are only added, and their hashes hold them together.
        new("audit_entry", PlaceKind.Proof, ["call_id", "actor", "method", "target_kind", "target_id", "outcome", "details", "hash"]),
        new("audit_head", PlaceKind.Nothing, ["chain_id", "hash"]),
        new("audit_checkpoint", PlaceKind.Nothing, ["content"]),

        // Definitions, and the members of the cluster; their keys are none of customers.
        new("orleansquery", PlaceKind.Nothing, ["querykey", "querytext"]),
        new("orleansmembershipversiontable", PlaceKind.Nothing, ["deploymentid"]),
        new("orleansmembershiptable", PlaceKind.Nothing, ["deploymentid", "address", "siloname", "hostname", "suspecttimes"]),
        new("orleansreminderstable", PlaceKind.Nothing, ["serviceid", "grainid", "remindername"]),
        new("orleansstorage", PlaceKind.Nothing, ["graintypestring", "grainidextensionstring", "serviceid", "payloadbinary"]),

        // The erasures' own. A request has the id until it has ended.
        new("erasure_salt", PlaceKind.Nothing, ["salt"]),
        new("erasure_tombstone", PlaceKind.Proof, ["id_hash"]),
        new("erasure_request", PlaceKind.Proof, ["id_hash", "request_id", "actor", "reason", "customer_id", "certificate"]),
        new("erasure_count", PlaceKind.Proof, ["id_hash", "request_id", "place"]),
        new("erasure_evidence", PlaceKind.Proof, ["id_hash"]),
    ];

    /// <summary>The tables with rows of single customers, which they name in the columns bucket and customer_id.</summary>
    public static ImmutableArray<string> Rows { get; } =
        [.. All.Where(static place => place.Kind == PlaceKind.Rows).Select(static place => place.Table)];

    /// <summary>A table of <see cref="Rows"/>, whose name goes into a statement.</summary>
    /// <exception cref="ArgumentException">It is none.</exception>
    public static string CheckRows(string table) =>
        Rows.Contains(table) ? table : throw new ArgumentException($"{table} is no table with rows of single customers.", nameof(table));
}

/// <summary>A table, and what it has of a customer.</summary>
/// <param name="Table">The table.</param>
/// <param name="Kind">What it has of a customer.</param>
/// <param name="Columns">Its columns of text or bytes, in any of the back ends.</param>
public sealed record CustomerPlace(string Table, PlaceKind Kind, ImmutableArray<string> Columns);

/// <summary>What a table has of a customer.</summary>
public enum PlaceKind
{
    /// <summary>Nothing by which anybody finds a customer.</summary>
    Nothing,

    /// <summary>The state of the customer's grain, and those of other grains that name customers.</summary>
    State,

    /// <summary>Rows of single customers.</summary>
    Rows,

    /// <summary>Pages of many customers, of which one is taken out.</summary>
    Inside,

    /// <summary>The proof of what was done, which stays.</summary>
    Proof,
}
