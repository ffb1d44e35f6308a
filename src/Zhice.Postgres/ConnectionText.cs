using System.Data.Common;
using Npgsql;
using Zhice.Domain.Faults;

namespace Zhice.Postgres;

/// <summary>Reads a connection string; what is wrong with it is told in a sentence that shows nothing of a password.</summary>
internal static class ConnectionText
{
    private const string Example = "Host=db.example;Port=5432;Database=zhice;Username=zhice;Password=...";

    /// <exception cref="StoreUnfitException">It cannot be used.</exception>
    public static NpgsqlConnectionStringBuilder Parse(string text)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            throw new StoreUnfitException($"The connection string of PostgreSQL is empty; write for example {Example}");
        }

        var settings = Read(text);
        if (string.IsNullOrWhiteSpace(settings.Host))
        {
            throw new StoreUnfitException($"The connection string of PostgreSQL names no Host; write for example {Example}");
        }

        if (string.IsNullOrWhiteSpace(settings.Database))
        {
            throw new StoreUnfitException($"The connection string of PostgreSQL names no Database; write for example {Example}");
        }

        // Of several hosts it is the primary that is wanted: a standby can keep nothing.
        if (settings.Host.Contains(',', StringComparison.Ordinal))
        {
            settings.TargetSessionAttributes ??= "primary";
        }

        return settings;
    }

    private static NpgsqlConnectionStringBuilder Read(string text)
    {
        var pairs = new DbConnectionStringBuilder();
        try
        {
            pairs.ConnectionString = text;
        }
        catch (ArgumentException)
        {
            throw new StoreUnfitException(
                $"The connection string of PostgreSQL is not a list of Name=Value with ; between (a value that contains ; goes in quotes); write for example {Example}");
        }

        var settings = new NpgsqlConnectionStringBuilder();
        foreach (string name in pairs.Keys)
        {
            try
            {
                settings[name] = pairs[name];
            }
            catch (Exception fault) when (fault is ArgumentException or FormatException or InvalidCastException or OverflowException)
            {
                throw new StoreUnfitException(
                    settings.ContainsKey(name)
                        ? $"The setting {name} in the connection string of PostgreSQL has a value that it cannot have; write for example {Example}"
                        : $"The connection string of PostgreSQL has {Named(text, name)}, which Npgsql does not know; write for example {Example}");
            }
        }

        return settings;
    }

    // What stands behind a password may be the rest of it, after a ; that should have been quoted.
    private static string Named(string text, string name)
    {
        var password = text.AsSpan().IndexOfAny(Passwords);
        var at = text.IndexOf(name, StringComparison.OrdinalIgnoreCase);
        return password < 0 || (at >= 0 && at < password)
            ? $"a setting '{name}'"
            : "a setting after the password (a password that contains ; goes in quotes)";
    }

    private static readonly System.Buffers.SearchValues<string> Passwords =
        System.Buffers.SearchValues.Create(["password", "pwd", "psw"], StringComparison.OrdinalIgnoreCase);
}
