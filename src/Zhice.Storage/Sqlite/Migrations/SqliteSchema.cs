using System.Globalization;
using Microsoft.Data.Sqlite;
using Zhice.Domain.Faults;
using Zhice.Storage.Sqlite.Connections;

namespace Zhice.Storage.Sqlite.Migrations;

/// <summary>
/// The tables, and the way from each version of them to the next. A step that was released is never changed.
/// <para>
/// grain_state has a rowid: states are around a kilobyte, and such rows fill a rowid table's pages where they would spill
/// from an index's (https://sqlite.org/withoutrowid.html). Its unique key is in the order bucket by bucket, so that a
/// bucket is one range, and holds no version: updating a state touches one page, and counting reads no states.
/// </para>
/// </summary>
internal static class SqliteSchema
{
    private static readonly string[] Steps =
    [
        """
        CREATE TABLE grain_state (
            id INTEGER PRIMARY KEY,
            grain_type TEXT NOT NULL,
            bucket INTEGER NOT NULL,
            grain_key BLOB NOT NULL,
            state_name TEXT NOT NULL,
            version INTEGER NOT NULL,
            write_id BLOB NOT NULL,
            payload BLOB NOT NULL
        ) STRICT;
        CREATE UNIQUE INDEX grain_state_key ON grain_state (grain_type, bucket, grain_key, state_name);
        CREATE TABLE cleared (highest_version INTEGER NOT NULL) STRICT;
        INSERT INTO cleared VALUES (0);
        """,
        """
        CREATE TABLE contact_ledger (
            bucket INTEGER NOT NULL,
            contact_id TEXT NOT NULL,
            customer_id BLOB NOT NULL,
            counted_at_ms INTEGER NOT NULL,
            write_id BLOB NOT NULL,
            PRIMARY KEY (bucket, contact_id)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE outbox (
            bucket INTEGER NOT NULL,
            contact_id TEXT NOT NULL,
            customer_id BLOB NOT NULL,
            channel TEXT NOT NULL,
            available_at_ms INTEGER NOT NULL,
            expires_at_ms INTEGER NOT NULL,
            attempts INTEGER NOT NULL DEFAULT 0,
            lease_id BLOB NULL,
            message BLOB NOT NULL,
            PRIMARY KEY (bucket, contact_id)
        ) STRICT;
        CREATE INDEX outbox_due ON outbox (channel, available_at_ms, bucket);
        CREATE TABLE customer_timer (
            bucket INTEGER NOT NULL,
            customer_id BLOB NOT NULL,
            step TEXT NOT NULL,
            generation INTEGER NOT NULL,
            due_at_ms INTEGER NOT NULL,
            PRIMARY KEY (bucket, customer_id, step)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX customer_timer_due ON customer_timer (bucket, due_at_ms);
        """,
        """
        CREATE TABLE outbox_of_2 AS SELECT * FROM outbox ORDER BY rowid;
        DROP TABLE outbox;
        CREATE TABLE outbox (
            seq INTEGER PRIMARY KEY AUTOINCREMENT,
            bucket INTEGER NOT NULL,
            contact_id TEXT NOT NULL,
            customer_id BLOB NOT NULL,
            channel TEXT NOT NULL,
            campaign TEXT NOT NULL DEFAULT '',
            available_at_ms INTEGER NOT NULL,
            next_at_ms INTEGER NOT NULL,
            expires_at_ms INTEGER NOT NULL,
            attempts INTEGER NOT NULL DEFAULT 0,
            lease_id BLOB NULL,
            is_resent INTEGER NOT NULL DEFAULT 0,
            reason TEXT NOT NULL DEFAULT '',
            message BLOB NOT NULL,
            UNIQUE (bucket, contact_id)
        ) STRICT;
        INSERT INTO outbox (bucket, contact_id, customer_id, channel, available_at_ms, next_at_ms, expires_at_ms, attempts, message)
        SELECT bucket, contact_id, customer_id, channel, available_at_ms, available_at_ms, expires_at_ms, attempts, message FROM outbox_of_2 ORDER BY rowid;
        DROP TABLE outbox_of_2;
        CREATE INDEX outbox_due ON outbox (channel, next_at_ms, seq);
        CREATE INDEX outbox_customer ON outbox (bucket, customer_id, channel);
        CREATE INDEX outbox_expiry ON outbox (expires_at_ms);
        CREATE TABLE dead_letter (
            bucket INTEGER NOT NULL,
            contact_id TEXT NOT NULL,
            customer_id BLOB NOT NULL,
            channel TEXT NOT NULL,
            campaign TEXT NOT NULL,
            attempts INTEGER NOT NULL,
            reason TEXT NOT NULL,
            died_at_ms INTEGER NOT NULL,
            message BLOB NOT NULL,
            PRIMARY KEY (bucket, contact_id)
        ) STRICT;
        CREATE INDEX dead_letter_latest ON dead_letter (died_at_ms, contact_id);
        CREATE TABLE delivery_count (
            campaign TEXT NOT NULL,
            channel TEXT NOT NULL,
            day INTEGER NOT NULL,
            outcome INTEGER NOT NULL,
            count INTEGER NOT NULL,
            PRIMARY KEY (campaign, channel, day, outcome)
        ) STRICT, WITHOUT ROWID;
        """,
        """
        CREATE TABLE stock_allotment (
            action_id TEXT NOT NULL PRIMARY KEY,
            granted INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE stock_lease (
            lease_id BLOB NOT NULL PRIMARY KEY,
            action_id TEXT NOT NULL,
            owner TEXT NOT NULL,
            remaining INTEGER NOT NULL CHECK (remaining >= 0),
            changed_at_ms INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE stock_owner (
            owner TEXT NOT NULL PRIMARY KEY,
            seen_at_ms INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE stock_unit (
            bucket INTEGER NOT NULL,
            contact_id TEXT NOT NULL,
            action_id TEXT NOT NULL,
            ends_at_ms INTEGER NOT NULL,
            goes_back INTEGER NOT NULL,
            PRIMARY KEY (bucket, contact_id)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX stock_unit_end ON stock_unit (ends_at_ms);
        """,
        """
        DROP INDEX customer_timer_due;
        CREATE INDEX customer_timer_time ON customer_timer (due_at_ms, bucket);
        CREATE TABLE journey_count (
            journey INTEGER NOT NULL,
            version INTEGER NOT NULL,
            arm INTEGER NOT NULL,
            from_stage INTEGER NOT NULL,
            to_stage INTEGER NOT NULL,
            way INTEGER NOT NULL,
            event_type INTEGER NOT NULL,
            stayed INTEGER NOT NULL,
            count INTEGER NOT NULL,
            PRIMARY KEY (journey, version, arm, from_stage, to_stage, way, event_type, stayed)
        ) STRICT, WITHOUT ROWID;
        """,
        """
        ALTER TABLE outbox ADD COLUMN state_version INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE outbox ADD COLUMN held_by TEXT NOT NULL DEFAULT '';
        CREATE INDEX outbox_held ON outbox (held_by) WHERE held_by <> '';
        CREATE INDEX outbox_campaign ON outbox (campaign, next_at_ms, seq) WHERE campaign <> '';
        """,
        """
        CREATE TABLE campaign_evaluation (
            campaign TEXT NOT NULL,
            run INTEGER NOT NULL,
            shard INTEGER NOT NULL,
            page INTEGER NOT NULL,
            evaluations BLOB NOT NULL,
            PRIMARY KEY (campaign, run, shard, page)
        ) STRICT;
        """,
        """
        CREATE TABLE consent_word (
            number INTEGER PRIMARY KEY AUTOINCREMENT,
            bucket INTEGER NOT NULL,
            customer_id BLOB NOT NULL,
            said_at_ms INTEGER NOT NULL,
            channel INTEGER NOT NULL,
            purpose INTEGER NOT NULL,
            is_granted INTEGER NOT NULL,
            source INTEGER NOT NULL,
            evidence TEXT NOT NULL,
            actor TEXT NOT NULL,
            recorded_at_ms INTEGER NOT NULL,
            UNIQUE (bucket, customer_id, said_at_ms, channel, purpose, is_granted, source, evidence)
        ) STRICT;
        """,
        """
        ALTER TABLE outbox ADD COLUMN is_behind INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE outbox ADD COLUMN is_followed INTEGER NOT NULL DEFAULT 0;
        """,
        """
        CREATE INDEX contact_ledger_age ON contact_ledger (counted_at_ms);
        CREATE TABLE given_answer (
            bucket INTEGER NOT NULL,
            customer_id BLOB NOT NULL,
            id_hash INTEGER NOT NULL,
            body_hash INTEGER NOT NULL,
            answered_at_ms INTEGER NOT NULL,
            version INTEGER NOT NULL,
            answer BLOB NOT NULL,
            PRIMARY KEY (bucket, customer_id, id_hash)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX given_answer_age ON given_answer (answered_at_ms);
        ALTER TABLE campaign_evaluation ADD COLUMN kept_at_ms INTEGER NOT NULL DEFAULT 0;
        UPDATE campaign_evaluation SET kept_at_ms = unixepoch() * 1000;
        CREATE INDEX campaign_evaluation_age ON campaign_evaluation (kept_at_ms);
        """,
        """
        CREATE TABLE stock_kept (
            action_id TEXT NOT NULL PRIMARY KEY,
            units INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        INSERT INTO stock_kept SELECT action_id, count(*) FROM stock_unit WHERE goes_back GROUP BY action_id;
        CREATE TRIGGER stock_unit_come AFTER INSERT ON stock_unit WHEN new.goes_back BEGIN
            INSERT INTO stock_kept VALUES (new.action_id, 1) ON CONFLICT (action_id) DO UPDATE SET units = units + 1;
        END;
        CREATE TRIGGER stock_unit_gone AFTER DELETE ON stock_unit WHEN old.goes_back BEGIN
            UPDATE stock_kept SET units = units - 1 WHERE action_id = old.action_id;
        END;
        CREATE TRIGGER stock_unit_changed AFTER UPDATE OF goes_back ON stock_unit WHEN new.goes_back <> old.goes_back BEGIN
            INSERT INTO stock_kept VALUES (new.action_id, new.goes_back - old.goes_back)
            ON CONFLICT (action_id) DO UPDATE SET units = units + excluded.units;
        END;
        """,
    ];

    /// <summary>The version that this program writes.</summary>
    public static int Version => Steps.Length;

    /// <summary>Brings a database to <see cref="Version"/>, in one transaction.</summary>
    /// <exception cref="StoreUnfitException">It is newer.</exception>
    public static void Migrate(SqliteConnection connection)
    {
        var found = VersionIn(connection);
        if (found > Version)
        {
            throw new StoreUnfitException(
                $"{connection.DataSource} has schema version {found}; this program knows up to {Version}. Run the newer program, or restore a backup from before the upgrade.");
        }

        if (connection.Scalar<string>("PRAGMA journal_mode = WAL") is var mode && mode != "wal")
        {
            throw new StoreUnfitException($"The file system of {connection.DataSource} allows no write-ahead log (journal mode {mode}); use a local disk.");
        }

        if (found == Version)
        {
            return;
        }

        using var transaction = connection.BeginTransaction(deferred: false);
        for (var version = found; version < Version; version++)
        {
            Run(Steps[version]);
        }

        Run("CREATE TABLE IF NOT EXISTS schema_version (version INTEGER NOT NULL) STRICT; DELETE FROM schema_version;");
        Run(string.Create(CultureInfo.InvariantCulture, $"INSERT INTO schema_version VALUES ({Version})"));
        transaction.Commit();

        void Run(string sql)
        {
            using var command = new SqliteCommand(sql, connection, transaction);
            command.ExecuteNonQuery();
        }
    }

    private static long VersionIn(SqliteConnection connection) =>
        connection.Scalar<object>("SELECT 1 FROM sqlite_schema WHERE name = 'schema_version'") is null
            ? 0
            : connection.Scalar<long>("SELECT max(version) FROM schema_version");
}
