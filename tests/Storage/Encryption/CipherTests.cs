using System.Diagnostics;
using System.Runtime.Versioning;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Org.BouncyCastle.Crypto.Engines;
using Org.BouncyCastle.Crypto.Parameters;
using Xunit;
using Zhice.Domain.Faults;
using Zhice.Storage.Encryption;

namespace Zhice.Storage.Tests.Encryption;

/// <summary>States sealed for the store: the standards' own vectors, what is refused, and the change of keys.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class CipherTests(ITestOutputHelper output) : IDisposable
{
    private const string Aes1 = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
    private const string Aes2 = "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=";
    private const string Sm4 = "ASNFZ4mrze/+3LqYdlQyEA==";

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void SM3_hashes_as_GBT_32905_says()
    {
        Assert.Equal("66C7F0F462EEEDD9D1F2D46BDC10E4E24167C4875CF2F7A2297DA02B8F4BA8E0", Convert.ToHexString(Sm4GcmSuite.Hash("abc"u8)));
        Assert.Equal(
            "DEBE9FF92275B8A138604889C18E5A4D6FDB70E5387E5765293DCBA39C0C5732",
            Convert.ToHexString(Sm4GcmSuite.Hash(Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("abcd", 16))))));
    }

    [Fact]
    public void SM4_encrypts_a_block_as_GBT_32907_says()
    {
        var (engine, block) = (new SM4Engine(), Convert.FromHexString("0123456789ABCDEFFEDCBA9876543210"));
        engine.Init(true, new KeyParameter(block));
        var cipher = new byte[16];
        engine.ProcessBlock(block, cipher);
        Assert.Equal("681EDF34D206965E86B3E94F536E4246", Convert.ToHexString(cipher));
    }

    // RFC 8998, A.1; the GCM specification, test case 16.
    [Theory]
    [InlineData(
        "sm4-gcm", "0123456789ABCDEFFEDCBA9876543210", "00001234567800000000ABCD", "FEEDFACEDEADBEEFFEEDFACEDEADBEEFABADDAD2",
        "AAAAAAAAAAAAAAAABBBBBBBBBBBBBBBBCCCCCCCCCCCCCCCCDDDDDDDDDDDDDDDDEEEEEEEEEEEEEEEEFFFFFFFFFFFFFFFFEEEEEEEEEEEEEEEEAAAAAAAAAAAAAAAA",
        "17F399F08C67D5EE19D0DC9969C4BB7D5FD46FD3756489069157B282BB200735D82710CA5C22F0CCFA7CBF93D496AC15A56834CBCF98C397B4024A2691233B8D",
        "83DE3541E4C2B58177E065A9BF7B62EC")]
    [InlineData(
        "aes-gcm", "FEFFE9928665731C6D6A8F9467308308FEFFE9928665731C6D6A8F9467308308", "CAFEBABEFACEDBADDECAF888",
        "FEEDFACEDEADBEEFFEEDFACEDEADBEEFABADDAD2",
        "D9313225F88406E5A55909C5AFF5269A86A7A9531534F7DA2E4C303D8A318A721C3C0C95956809532FCF0E2449A6B525B16AEDF5AA0DE657BA637B39",
        "522DC1F099567D07F47F37A32A84427D643A8CDCBFE5C0C97598A2BD2555D1AA8CB08E48590DBB3DA7B08B1056828838C5F61E6393BA7A0ABCC9F662",
        "76FC6ECE0F4E1768CDDF8853BB2D551B")]
    public void A_suite_encrypts_as_its_standard_says(
        string name, string key, string nonce, string associated, string plain, string cipher, string tag)
    {
        ICipherSuite suite = name == "sm4-gcm" ? new Sm4GcmSuite() : new AesGcmSuite();
        var (text, found, mark) = (Convert.FromHexString(plain), new byte[plain.Length / 2], new byte[16]);
        suite.Encrypt(Convert.FromHexString(key), Convert.FromHexString(nonce), text, found, mark, Convert.FromHexString(associated));
        Assert.Equal((cipher, tag), (Convert.ToHexString(found), Convert.ToHexString(mark)));

        var opened = new byte[text.Length];
        suite.Decrypt(Convert.FromHexString(key), Convert.FromHexString(nonce), found, mark, opened, Convert.FromHexString(associated));
        Assert.Equal(text, opened);
    }

    [Theory]
    [InlineData("aes-gcm", Aes1)]
    [InlineData("sm4-gcm", Sm4)]
    public void A_sealed_state_opens_for_its_customer_alone_and_when_nothing_was_changed(string algorithm, string key)
    {
        var (cipher, state) = (Read($$"""{"algorithm":"{{algorithm}}","current":7,"keys":[{"id":7,"key":"{{key}}"}]}"""), Encoding.UTF8.GetBytes(new string('s', 1_000)));
        var sealedState = cipher.Seal("020235"u8, state);

        Assert.Equal(state, cipher.Open("020235"u8, sealedState));
        Assert.True(cipher.IsCurrent(sealedState));
        Assert.NotEqual(sealedState, cipher.Seal("020235"u8, state));
        Assert.Throws<StoreUnavailableException>(() => cipher.Open("20235"u8, sealedState));
        foreach (var at in new[] { 8, 19, 500, sealedState.Length - 1 })
        {
            byte[] changed = [.. sealedState];
            changed[at] ^= 1;
            Assert.Throws<StoreUnavailableException>(() => cipher.Open("020235"u8, changed));
        }

        var fault = Assert.Throws<StoreUnavailableException>(() => StateCipher.None.Open("020235"u8, sealedState));
        Assert.Contains("the key 7", fault.Message, StringComparison.Ordinal);
        Assert.Equal(state, cipher.Open("020235"u8, state));
        Assert.False(cipher.IsCurrent(state));

        var begun = Stopwatch.GetTimestamp();
        for (var i = 0; i < 2_000; i++)
        {
            cipher.Open("020235"u8, cipher.Seal("020235"u8, state));
        }

        output.WriteLine($"{algorithm}: {Stopwatch.GetElapsedTime(begun).TotalMicroseconds / 2_000:N1} us to seal and open 1,000 bytes");
    }

    [Theory]
    [InlineData("""{"algorithm":"des","current":1,"keys":[]}""", "aes-gcm or sm4-gcm")]
    [InlineData("""{"algorithm":"aes-gcm","current":1,"keys":[]}""", "no key 1")]
    [InlineData("""{"algorithm":"aes-gcm","current":1,"keys":[{"id":1,"key":"c2VjcmV0"}]}""", "is not 32 bytes")]
    [InlineData("""{"algorithm":"aes-gcm","current":1,"keys":[{"id":1,"key":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="},{"id":1,"key":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="}]}""", "there twice")]
    [InlineData("""{"algorithm":"aes-gcm","current":0,"keys":[{"id":0,"key":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="}]}""", "out of 1 to")]
    [InlineData("""{"algorithm":"aes-gcm"}""", "an object with algorithm")]
    [InlineData("no json", "an object with algorithm")]
    public void A_file_of_keys_that_is_not_right_is_refused_without_telling_a_key(string file, string says)
    {
        var fault = Assert.Throws<StoreUnfitException>(() => Read(file));
        Assert.Contains(says, fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("c2VjcmV0", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_of_keys_that_others_may_read_is_refused()
    {
        var path = Write($$"""{"algorithm":"aes-gcm","current":1,"keys":[{"id":1,"key":"{{Aes1}}"}]}""");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.GroupRead);
        Assert.Contains(
            "chmod 600", Assert.Throws<StoreUnfitException>(() => StateCipher.FromFile(path)).Message, StringComparison.Ordinal);
        Assert.Throws<StoreUnfitException>(() => StateCipher.FromFile(path + ".none"));
    }

    [Theory]
    [InlineData(Backend.Memory)]
    [InlineData(Backend.Sqlite)]
    [InlineData(Backend.Postgres)]
    public async Task Keys_change_while_the_store_is_used_and_no_version_changes(Backend backend)
    {
        var store = await backend.OpenAsync(_folder);
        var first = Read($$"""{"algorithm":"aes-gcm","current":1,"keys":[{"id":1,"key":"{{Aes1}}"}]}""");
        var both = Read($$"""{"algorithm":"sm4-gcm","current":3,"keys":[{"id":1,"key":"{{Aes1}}","algorithm":"aes-gcm"},{"id":3,"key":"{{Sm4}}"}]}""");
        var last = Read($$"""{"algorithm":"sm4-gcm","current":3,"keys":[{"id":3,"key":"{{Sm4}}"}]}""");
        await WriteAsync(new StorageHarness("", cipher: StateCipher.None, open: () => Task.FromResult(store)), "a", "plain");
        await WriteAsync(new StorageHarness("", cipher: first, open: () => Task.FromResult(store)), "b", "sealed");
        var version = (await store.ReadAsync(Keys.Customer("b")))!.Value.Version;
        Assert.DoesNotContain("sealed", (await store.ReadAsync(Keys.Customer("b"))).Text(), StringComparison.Ordinal);

        var harness = new StorageHarness("", cipher: both, open: () => Task.FromResult(store));
        using var rotation = new KeyRotation(harness.Storage, both, TimeProvider.System, NullLogger<KeyRotation>.Instance);
        Assert.Equal(2, await rotation.RunAsync(TestContext.Current.CancellationToken));
        Assert.Equal(0, await rotation.RunAsync(TestContext.Current.CancellationToken));

        var after = new StorageHarness("", cipher: last, open: () => Task.FromResult(store));
        Assert.Equal("plain", (await after.ReadAsync(StorageHarness.Customer("a"))).State!.Name);
        Assert.Equal("sealed", (await after.ReadAsync(StorageHarness.Customer("b"))).State!.Name);
        Assert.Equal(version, (await store.ReadAsync(Keys.Customer("b")))!.Value.Version);
        await after.DisposeAsync();
    }

    [Fact]
    public async Task A_store_that_is_sealed_is_not_opened_without_its_key()
    {
        var sealedBy = Read($$"""{"algorithm":"aes-gcm","current":7,"keys":[{"id":7,"key":"{{Aes1}}"}]}""");
        var other = Read($$"""{"algorithm":"aes-gcm","current":8,"keys":[{"id":8,"key":"{{Aes2}}"}]}""");
        await using (var harness = new StorageHarness(_folder.Path, cipher: sealedBy))
        {
            await WriteAsync(harness, "020235", "li");
        }

        foreach (var cipher in new[] { StateCipher.None, other })
        {
            var fault = Assert.Throws<StoreUnfitException>(() => new StorageHarness(_folder.Path, cipher: cipher));
            Assert.Contains("sealed by the key 7. Set Zhice:KeysFile", fault.Message, StringComparison.Ordinal);
        }

        await using var again = new StorageHarness(_folder.Path, cipher: sealedBy);
        Assert.Equal("li", (await again.ReadAsync(StorageHarness.Customer("020235"))).State!.Name);
    }

    private static async Task WriteAsync(StorageHarness harness, string customer, string name) =>
        await harness.WriteAsync(StorageHarness.Customer(customer), new Orleans.GrainState<Counter>(new Counter { Name = name }));

    private StateCipher Read(string json) => StateCipher.FromFile(Write(json));

    private string Write(string json)
    {
        var path = Path.Combine(_folder.Path, $"{Guid.NewGuid():N}.json");
        File.WriteAllText(path, json);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return path;
    }
}
