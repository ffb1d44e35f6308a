using System.ComponentModel.DataAnnotations;
using System.Net;
using Zhice.Domain.Expressions;

namespace Zhice.Silo;

/// <summary>What can be set, in the section "Zhice": by <c>--Zhice:GrpcPort=7401</c> or <c>Zhice__GrpcPort=7401</c>.</summary>
internal sealed record SiloSettings
{
    /// <summary>The name of the section.</summary>
    public const string Section = "Zhice";

    /// <summary>The folder of all durable state; made if missing.</summary>
    /// <value>Default: data, below the folder that the host is started in; `dotnet run` starts it in silo/.</value>
    [Required]
    public string Data { get; init; } = "data";

    /// <summary>The folder of files that are imported or were exported; silos may share it.</summary>
    /// <value>Default: bulk, in the data folder.</value>
    public string? BulkFolder { get; init; }

    /// <summary>The address that gRPC and HTTP listen on.</summary>
    /// <value>Default: 127.0.0.1, this machine only: the API asks nobody who they are.</value>
    [Required]
    public string Address { get; init; } = "127.0.0.1";

    /// <summary>The port of gRPC, HTTP/2 in clear text.</summary>
    /// <value>1 to 65,535. Default: 7301.</value>
    [Range(1, 65_535)]
    public int GrpcPort { get; init; } = 7301;

    /// <summary>The port of REST, health and the dashboard, HTTP/1.1.</summary>
    /// <value>1 to 65,535. Default: 7300.</value>
    [Range(1, 65_535)]
    public int HttpPort { get; init; } = 7300;

    /// <summary>The port between silos, on 127.0.0.1.</summary>
    /// <value>1 to 65,535. Default: 7302.</value>
    [Range(1, 65_535)]
    public int SiloPort { get; init; } = 7302;

    /// <summary>The port of Orleans' gateway, on 127.0.0.1.</summary>
    /// <value>1 to 65,535. Default: 7303.</value>
    [Range(1, 65_535)]
    public int GatewayPort { get; init; } = 7303;

    /// <summary>Whether an empty grid is filled with the sample bank.</summary>
    /// <value>Default: true.</value>
    public bool Sample { get; init; } = true;

    /// <summary>Whether the Orleans dashboard is served.</summary>
    /// <value>Default: true.</value>
    public bool Dashboard { get; init; } = true;

    /// <summary>Whether gRPC reflection is served; in Development it always is.</summary>
    /// <value>Default: false.</value>
    public bool Reflection { get; init; }

    /// <summary>How long a customer that nobody asks for stays in memory.</summary>
    /// <value>2 minutes to 30 days. Default: 2 hours.</value>
    [Range(typeof(TimeSpan), "00:02:00", "30.00:00:00")]
    public TimeSpan CustomerIdleAge { get; init; } = TimeSpan.FromHours(2);

    /// <summary>The help text.</summary>
    public static string Help { get; } = """
        Zhice.Silo: the whole product in one process, on its embedded store.

          dotnet run -c Release --project silo -- [--Zhice:NAME=VALUE ...]

          Data               the folder of all durable state             (data)
          BulkFolder         files that are imported or exported         (DATA/bulk)
          Address            where gRPC and HTTP listen                  (127.0.0.1)
          GrpcPort           gRPC, HTTP/2 in clear text                  (7301)
          HttpPort           REST, health and dashboard, HTTP/1.1        (7300)
          SiloPort           between silos, on 127.0.0.1                 (7302)
          GatewayPort        Orleans' gateway, on 127.0.0.1              (7303)
          Sample             fill an empty grid with the sample bank     (true)
          Dashboard          serve the Orleans dashboard                 (true)
          Reflection         serve gRPC reflection                       (false)
          CustomerIdleAge    how long an idle customer stays in memory   (02:00:00)

        Environment variables do as well: Zhice__GrpcPort=7401.
        """;

    /// <summary>Reads and checks the settings.</summary>
    /// <exception cref="StartRefusedException">One is unknown, unreadable or out of range.</exception>
    public static SiloSettings Read(IConfiguration configuration)
    {
        var section = configuration.GetSection(Section);
        var known = typeof(SiloSettings).GetProperties().Where(property => property.CanWrite).Select(property => property.Name).ToList();
        foreach (var setting in section.GetChildren())
        {
            if (!known.Contains(setting.Key, StringComparer.OrdinalIgnoreCase))
            {
                throw new StartRefusedException(
                    $"there is no setting '{Section}:{setting.Key}'{NearestName.Hint(setting.Key, known)}. See --help.");
            }
        }

        SiloSettings settings;
        try
        {
            settings = section.Get<SiloSettings>() ?? new();
        }
        catch (InvalidOperationException fault)
        {
            throw new StartRefusedException($"{fault.Message} See --help.", fault);
        }

        var faults = new List<ValidationResult>();
        if (!Validator.TryValidateObject(settings, new(settings), faults, validateAllProperties: true))
        {
            throw new StartRefusedException(string.Join(" ", faults.Select(fault => $"{Section}: {fault.ErrorMessage}")));
        }

        if (!IPAddress.TryParse(settings.Address, out _))
        {
            throw new StartRefusedException($"{Section}:Address is '{settings.Address}'; an IP address is needed, such as 127.0.0.1 or 0.0.0.0.");
        }

        int[] ports = [settings.GrpcPort, settings.HttpPort, settings.SiloPort, settings.GatewayPort];
        return ports.Distinct().Count() == ports.Length
            ? settings
            : throw new StartRefusedException("GrpcPort, HttpPort, SiloPort and GatewayPort must be four different ports.");
    }
}
