using System.ComponentModel.DataAnnotations;
using System.Net;
using Microsoft.Extensions.Configuration;
using Zhice.Domain.Expressions;
using Zhice.Domain.Faults;
using Zhice.Postgres;

namespace Zhice.Hosting;

/// <summary>Reads and checks a host's settings: whatever is wrong is told in a sentence.</summary>
public static class SettingsReader
{
    /// <summary>Reads the section "Zhice".</summary>
    /// <exception cref="StartRefusedException">A setting is unknown, unreadable or out of range.</exception>
    public static T Read<T>(IConfiguration configuration)
        where T : HostSettings, new()
    {
        var section = configuration.GetSection(HostSettings.Section);
        var known = typeof(T).GetProperties().Where(property => property.CanWrite).Select(property => property.Name).ToList();
        foreach (var setting in section.GetChildren())
        {
            if (!known.Contains(setting.Key, StringComparer.OrdinalIgnoreCase))
            {
                throw new StartRefusedException(
                    $"there is no setting '{HostSettings.Section}:{setting.Key}'{NearestName.Hint(setting.Key, known)}. See --help.");
            }
        }

        T settings;
        try
        {
            settings = section.Get<T>() ?? new();
        }
        catch (InvalidOperationException fault)
        {
            throw new StartRefusedException($"{fault.Message} See --help.", fault);
        }

        var faults = new List<ValidationResult>();
        if (!Validator.TryValidateObject(settings, new(settings), faults, validateAllProperties: true))
        {
            throw new StartRefusedException(string.Join(" ", faults.Select(fault => $"{HostSettings.Section}: {fault.ErrorMessage}")));
        }

        CheckAddress(settings.Address, nameof(settings.Address));
        return StoreNames.All.Contains(settings.Store, StringComparer.OrdinalIgnoreCase)
            ? settings
            : throw new StartRefusedException(
                $"{HostSettings.Section}:Store is '{settings.Store}'{NearestName.Hint(settings.Store, StoreNames.All)}; it must be sqlite, postgres or memory.");
    }

    /// <summary>Checks a group of settings within the section.</summary>
    /// <exception cref="StartRefusedException">One is unknown or out of range.</exception>
    public static void CheckGroup(IConfiguration configuration, string name, object group)
    {
        var known = group.GetType()
            .GetProperties()
            .Where(static property => property.CanWrite)
            .Select(static property => property.Name)
            .ToList();
        foreach (var setting in configuration.GetSection($"{HostSettings.Section}:{name}").GetChildren())
        {
            if (!known.Contains(setting.Key, StringComparer.OrdinalIgnoreCase))
            {
                throw new StartRefusedException(
                    $"there is no setting '{HostSettings.Section}:{name}:{setting.Key}'{NearestName.Hint(setting.Key, known)}. See --help.");
            }
        }

        var faults = new List<ValidationResult>();
        if (!Validator.TryValidateObject(group, new(group), faults, validateAllProperties: true))
        {
            throw new StartRefusedException(
                string.Join(" ", faults.Select(fault => $"{HostSettings.Section}:{name}: {fault.ErrorMessage}")));
        }
    }

    /// <summary>The PostgreSQL store of the settings and of <c>ConnectionStrings:Zhice</c>; null on the others.</summary>
    /// <exception cref="StartRefusedException">The connection string is missing or cannot be read; its text is never told.</exception>
    public static PostgresStore? ReadStore(IConfiguration configuration, HostSettings settings)
    {
        if (!settings.IsOnPostgres)
        {
            return null;
        }

        var connection = configuration.GetConnectionString(HostSettings.ConnectionName);
        if (string.IsNullOrWhiteSpace(connection))
        {
            throw new StartRefusedException(
                "the store is postgres and there is no connection string; give one by --ConnectionStrings:Zhice='Host=…;Username=…;Database=…' "
                + "or, with a password, by the environment variable ConnectionStrings__Zhice.");
        }

        try
        {
            return new PostgresStore(connection, settings.ServiceId);
        }
        catch (StoreUnfitException fault)
        {
            throw new StartRefusedException(fault.Message, fault);
        }
    }

    /// <exception cref="StartRefusedException">It is no IP address.</exception>
    public static void CheckAddress(string address, string setting)
    {
        if (!IPAddress.TryParse(address, out _))
        {
            throw new StartRefusedException(
                $"{HostSettings.Section}:{setting} is '{address}'; an IP address is needed, such as 127.0.0.1 or 0.0.0.0.");
        }
    }

    /// <exception cref="StartRefusedException">Two ports are the same.</exception>
    public static void CheckPorts(params ReadOnlySpan<(string Setting, int Port)> ports)
    {
        for (var i = 0; i < ports.Length; i++)
        {
            for (var j = 0; j < i; j++)
            {
                if (ports[i].Port == ports[j].Port)
                {
                    throw new StartRefusedException(
                        $"{ports[j].Setting} and {ports[i].Setting} are both {ports[i].Port}; they must be different ports.");
                }
            }
        }
    }
}
