using System.Net;

namespace Zhice.Hosting;

/// <summary>Refuses to start a host that would let in callers that it cannot know.</summary>
public static class ApiExposure
{
    /// <summary>Checks who could reach the API, and how.</summary>
    /// <param name="settings">The settings of the host.</param>
    /// <param name="hasIdentity">Whether callers are asked who they are.</param>
    /// <param name="isDevelopment">Whether the environment is Development.</param>
    /// <exception cref="StartRefusedException">Strangers would be let in, or tokens sent in clear text.</exception>
    public static void Check(HostSettings settings, bool hasIdentity, bool isDevelopment)
    {
        var isLoopback = IPAddress.IsLoopback(IPAddress.Parse(settings.Address));
        if (!hasIdentity && !isDevelopment)
        {
            throw new StartRefusedException(
                "nothing says whose calls are accepted. Set Zhice:Identity:Authority (or KeysFile) and Audience, or Zhice:Identity:Certificates, as docs/security/identity.md shows; "
                + "to try it on this machine alone, set the environment variable ASPNETCORE_ENVIRONMENT to Development.");
        }

        if (!hasIdentity && !isLoopback)
        {
            throw new StartRefusedException(
                $"Zhice:Address is {settings.Address}, and the development identity would let in everybody who reaches it. "
                + "It is for 127.0.0.1 only; set Zhice:Identity for other addresses, as docs/security/identity.md shows.");
        }

        if (!isLoopback && !settings.Tls.IsOn && !settings.Tls.EndsBefore)
        {
            throw new StartRefusedException(
                $"Zhice:Address is {settings.Address}, and without TLS tokens and customer data would be sent in clear text. Set Zhice:Tls:CertificateFile and KeyFile, "
                + "or Zhice:Tls:EndsBefore=true if a proxy before this host ends TLS.");
        }
    }
}
