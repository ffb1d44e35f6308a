using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;
using Zhice.Api.SignIn;
using Zhice.Contracts.Identity;

namespace Zhice.Api.Tests.Identity;

/// <summary>What seals what a browser carries to the identity provider and back.</summary>
public sealed class SignInKeysTests
{
    private static readonly SignInKey First = new(1, RandomNumberGenerator.GetBytes(32), 0);
    private static readonly SignInKey Second = new(2, RandomNumberGenerator.GetBytes(32), 1);

    [Fact]
    public void Another_host_opens_what_was_sealed_for_the_same_purpose_also_by_the_key_before()
    {
        var (one, other) = (Create(First), Create(Second, First));
        var sealed1 = one.CreateProtector("state", "v1").Protect("secret"u8.ToArray());

        Assert.Equal("secret"u8.ToArray(), other.CreateProtector("state", "v1").Unprotect(sealed1));
        Assert.ThrowsAny<CryptographicException>(() => other.CreateProtector("nonce", "v1").Unprotect(sealed1));
        Assert.ThrowsAny<CryptographicException>(() => Create(Second).CreateProtector("state", "v1").Unprotect(sealed1));
    }

    [Fact]
    public void What_was_changed_or_cut_does_not_open()
    {
        var protector = Create(First).CreateProtector("state");
        var right = protector.Protect([1, 2, 3]);
        for (var i = 0; i < right.Length; i++)
        {
            byte[] wrong = [.. right];
            wrong[i] ^= 1;
            Assert.ThrowsAny<CryptographicException>(() => protector.Unprotect(wrong));
            Assert.ThrowsAny<CryptographicException>(() => protector.Unprotect(right[..i]));
        }
    }

    private static SignInKeys Create(params SignInKey[] keys)
    {
        var all = new SignInKeys(null!, TimeProvider.System);
        all.Take([.. keys]);
        return all;
    }
}
