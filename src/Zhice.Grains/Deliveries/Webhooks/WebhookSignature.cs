using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Zhice.Grains.Deliveries.Webhooks;

/// <summary>
/// The signature of a posted contact: "t=UNIX_SECONDS,v1=HEX", where HEX is the HMAC-SHA256, under the secret, of the seconds, a
/// dot and the body. A receiver computes the same, compares in constant time, and refuses what is older than a few minutes.
/// </summary>
public static class WebhookSignature
{
    /// <summary>The header that carries it.</summary>
    public const string Header = "Zhice-Signature";

    /// <summary>Signs a body.</summary>
    public static string Compute(string secret, DateTimeOffset at, ReadOnlySpan<byte> body)
    {
        var seconds = at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        return $"t={seconds},v1={Mac(secret, seconds, body)}";
    }

    /// <summary>Whether a signature is of this body, and not older or newer than is allowed.</summary>
    public static bool Holds(string signature, string secret, ReadOnlySpan<byte> body, DateTimeOffset now, TimeSpan allowed)
    {
        var parts = signature.Split(',');
        return parts is [['t', '=', .. var seconds], ['v', '1', '=', .. var mac]]
            && long.TryParse(seconds, NumberStyles.None, CultureInfo.InvariantCulture, out var at)
            && Math.Abs(now.ToUnixTimeSeconds() - at) <= allowed.TotalSeconds
            && CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(mac), Encoding.ASCII.GetBytes(Mac(secret, seconds, body)));
    }

    private static string Mac(string secret, string seconds, ReadOnlySpan<byte> body)
    {
        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(secret));
        hmac.AppendData(Encoding.ASCII.GetBytes(seconds));
        hmac.AppendData("."u8);
        hmac.AppendData(body);
        return Convert.ToHexStringLower(hmac.GetHashAndReset());
    }
}
