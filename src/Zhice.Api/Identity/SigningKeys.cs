using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.Tokens;

namespace Zhice.Api.Identity;

/// <summary>
/// The public keys of the issuer. They are read when they are first needed, once an hour, and when a token names one that is not among
/// them: an issuer may change its keys at any time. However many unknown keys callers name, the issuer is asked seldom.
/// </summary>
/// <param name="read">Reads the keys.</param>
/// <param name="pause">How long at least after they were read they are read again for an unknown one.</param>
/// <param name="clock">Tells the time.</param>
/// <param name="log">Says when the keys cannot be read.</param>
internal sealed class SigningKeys(
    Func<CancellationToken, Task<IReadOnlyList<SecurityKey>>> read, TimeSpan pause, TimeProvider clock, ILogger log)
{
    private const int MinRsaBits = 2048;

    private static readonly TimeSpan MaxAge = TimeSpan.FromHours(1);

    private readonly Lock _gate = new();
    private volatile IReadOnlyList<SecurityKey>? _keys;
    private long _readAt;
    private Task _reading = Task.CompletedTask;

    /// <summary>The keys that may have signed a token.</summary>
    /// <param name="keyId">The key that the token names (kid); empty for one that names none: any may have signed it.</param>
    /// <returns>No key for one that the issuer does not have; null while the keys could not be read at all.</returns>
    public async ValueTask<IReadOnlyList<SecurityKey>?> FindAsync(string keyId)
    {
        var found = Find(keyId);
        if (found is not { Count: > 0 })
        {
            await RefreshAsync(pause);
            return Find(keyId);
        }

        if (clock.GetElapsedTime(Volatile.Read(ref _readAt)) >= MaxAge)
        {
            // The calls go on with the keys that are here.
            _ = RefreshAsync(MaxAge);
        }

        return found;
    }

    private IReadOnlyList<SecurityKey>? Find(string keyId) =>
        _keys is not { } keys ? null : keyId.Length == 0 ? keys : [.. keys.Where(key => key.KeyId == keyId)];

    private Task RefreshAsync(TimeSpan sinceLast)
    {
        lock (_gate)
        {
            if (_reading.IsCompleted && (_readAt == 0 || clock.GetElapsedTime(_readAt) >= sinceLast))
            {
                Volatile.Write(ref _readAt, Math.Max(1, clock.GetTimestamp()));
                _reading = ReadAsync();
            }

            return _reading;
        }
    }

    private async Task ReadAsync()
    {
        try
        {
            // By asymmetric keys alone: with a shared one, whoever can check tokens can make them.
            _keys = [.. (await read(default)).Where(static key => key switch
            {
                RsaSecurityKey rsa => rsa.KeySize >= MinRsaBits,
                ECDsaSecurityKey => true,
                JsonWebKey { Kty: JsonWebAlgorithmsKeyTypes.RSA } web => web.KeySize >= MinRsaBits,
                JsonWebKey { Kty: JsonWebAlgorithmsKeyTypes.EllipticCurve } => true,
                _ => false,
            })];
        }
        catch (Exception fault)
        {
            // The keys that were read before stay.
            ApiLog.KeysNotRead(log, fault);
        }
    }
}
