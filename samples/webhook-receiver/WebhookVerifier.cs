using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Zhice.Samples.WebhookReceiver;

/// <summary>
/// Checks that a posted contact comes from Zhice and is new. To be called with the raw body, before it is parsed. One file, without
/// dependencies, to be copied into a receiver.
/// </summary>
/// <param name="secrets">The secrets in force: one, or for a while two, as the secret is changed.</param>
/// <param name="window">How far the clock of the sender may be off, and how long a request stays valid; five minutes are usual.</param>
public sealed class WebhookVerifier(IReadOnlyList<string> secrets, TimeSpan window)
{
    /// <summary>Whether the request is signed by one of the secrets, and within the window.</summary>
    /// <param name="signature">The header Zhice-Signature: "t=UNIX_SECONDS,v1=HEX".</param>
    /// <param name="body">The body, byte by byte as it came.</param>
    /// <param name="now">The time now.</param>
    /// <remarks>
    /// A request that is sent again within the window passes: the contactId of the body says whether it was sent already. The header
    /// Idempotency-Key has the same id, but is not signed.
    /// </remarks>
    public bool IsValid(string? signature, ReadOnlySpan<byte> body, DateTimeOffset now)
    {
        if (signature?.Split(',') is not [['t', '=', .. var seconds], ['v', '1', '=', .. var code]]
            || !long.TryParse(seconds, NumberStyles.None, CultureInfo.InvariantCulture, out var sentAt)
            || Math.Abs(now.ToUnixTimeSeconds() - sentAt) > window.TotalSeconds)
        {
            return false;
        }

        var signed = new byte[seconds.Length + 1 + body.Length];
        Encoding.ASCII.GetBytes(seconds + ".", signed);
        body.CopyTo(signed.AsSpan(seconds.Length + 1));
        var given = Encoding.ASCII.GetBytes(code);
        return secrets.Any(secret =>
            CryptographicOperations.FixedTimeEquals(
                given, Encoding.ASCII.GetBytes(Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), signed)))));
    }
}
