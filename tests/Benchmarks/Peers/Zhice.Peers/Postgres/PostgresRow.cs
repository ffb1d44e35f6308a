using System.Data.Common;
using Zhice.Case;

namespace Zhice.Peers.Postgres;

/// <summary>A customer as a row: a column for each tag, an array of counters, and the function that reads it.</summary>
internal static class PostgresRow
{
    private const int Counters = 5;

    /// <summary>Makes the table and the function.</summary>
    public static string Schema { get; } =
        $"""
        CREATE TABLE customer (
          id text PRIMARY KEY,
          {string.Join(", ", CaseTags.Ids.Select(static (id, place) => $"{id} {(place == CaseTags.City ? "text" : "bigint")} NOT NULL"))},
          contacts integer[] NOT NULL,
          contacted_action integer NOT NULL);
        CREATE FUNCTION read_customer(customer_id text) RETURNS SETOF customer LANGUAGE sql STABLE ROWS 1
          AS 'SELECT * FROM customer WHERE id = customer_id';
        """;

    public static string Copy => "COPY customer FROM STDIN (FORMAT binary)";

    public static int[] CountersOf(CaseCustomer customer) => [.. Enumerable.Repeat(customer.Contacts, Counters)];

    public static void Read(DbDataReader row, CaseCustomer customer)
    {
        for (var place = 0; place < CaseTags.Count; place++)
        {
            if (place == CaseTags.City)
            {
                customer.City = row.GetString(place + 1);
            }
            else
            {
                customer.Values[place] = row.GetInt64(place + 1);
            }
        }

        customer.Contacts = row.GetFieldValue<int[]>(CaseTags.Count + 1).Max();
        customer.ContactedAction = row.GetInt32(CaseTags.Count + 2);
    }
}
