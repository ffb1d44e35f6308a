using System.Security.Cryptography;
using System.Text;
using FsCheck.Xunit;
using Zhice.Domain.Audit;

namespace Zhice.Domain.Tests.Audit;

/// <summary>Entries and checkpoints as bytes and texts.</summary>
public sealed class AuditEntryTests
{
    [Fact]
    public void An_entry_is_read_as_it_was_written()
    {
        var entry = Entry();
        var read = AuditEntryCodec.Read(AuditEntryCodec.Write(entry));

        Assert.Equal(entry.Changes, read.Changes);
        Assert.Equal(entry with { Changes = [] }, read with { Changes = [] });
    }

    [Fact]
    public void The_bytes_of_an_entry_never_change() => Assert.Equal(
        "5B9EADB6771A8369", Convert.ToHexString(SHA256.HashData(AuditEntryCodec.Write(Entry())))[..16]);

    [Fact]
    public void The_hash_of_a_link_never_changes() => Assert.Equal(
        "FB28746208172231",
        Convert.ToHexString(
            AuditChain.Extend(
                AuditHead.Empty(new("0a1b2c3d-0000-4000-8000-000000000024")), [AuditEntryCodec.Write(Entry())],
                1_800_000_000_000)[0].Hash)[..16]);

    [Property]
    public void Whatever_a_caller_sends_becomes_a_text_that_every_store_takes(string? text, byte max)
    {
        var clean = AuditText.Clean(text ?? "", 8 + max);

        Assert.DoesNotContain(clean, static letter => char.IsControl(letter));
        Assert.InRange(new UTF8Encoding(false, throwOnInvalidBytes: true).GetByteCount(clean), 0, 8 + max);
    }

    [Theory]
    [InlineData("a\0b", "a\uFFFDb")]
    [InlineData("客户", "客户")]
    [InlineData("123456789", "12345…")]
    [InlineData("1234567\n", "12345…")]
    [InlineData("12345\n", "12345\uFFFD")]
    public void A_text_that_does_not_fit_is_made_to_fit(string text, string expected) => Assert.Equal(expected, AuditText.Clean(text, 8));

    [Fact]
    public void Half_of_a_character_is_replaced() => Assert.Equal("\uFFFD", AuditText.Clean("\uD800", 8));

    [Fact]
    public void A_checkpoint_is_read_from_its_text_and_verified_by_the_public_key_of_its_signer()
    {
        using var signer = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var signed = new AuditCheckpoint
        {
            ChainId = new("0a1b2c3d-0000-4000-8000-000000000024"), Number = 7, Sequence = 70, EntryAtMs = Bank.Now,
            Hash = SHA256.HashData([1]), AtMs = Bank.Now + 5, Previous = SHA256.HashData([2]),
        }.SignedBy(signer);
        var read = AuditCheckpointText.Read(AuditCheckpointText.Write(signed));

        Assert.True(read.IsSignedBy(signer));
        Assert.False(read.IsSignedBy(other));
        Assert.False((read with { Sequence = 69 }).IsSignedBy(signer));
        Assert.False((read with { EntryAtMs = 0 }).IsSignedBy(signer));
        Assert.False((read with { Signature = [] }).IsSignedBy(signer));
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""{"format":2}""")]
    [InlineData("""{"format":1,"chain_id":"0a1b2c3d-0000-4000-8000-000000000024","number":1,"sequence":1,"entry_time":"2026-01-01T00:00:00Z","hash":null,"time":"2026-01-01T00:00:00Z","previous":"00","signature":""}""")]
    [InlineData("""{"format":1,"chain_id":"0a1b2c3d-0000-4000-8000-000000000024","number":1,"sequence":1,"entry_time":"2026-01-01T00:00:00Z","hash":"xy","time":"2026-01-01T00:00:00Z","previous":"00","signature":""}""")]
    public void What_is_no_checkpoint_is_refused(string text) => Assert.Throws<FormatException>(() => AuditCheckpointText.Read(text));

    private static AuditEntry Entry() => new()
    {
        Stage = AuditStage.Done,
        CallId = new("01020304-0506-0708-090a-0b0c0d0e0f10"),
        Actor = "王",
        Roles = "operator, approver",
        Address = "10.1.2.3",
        Method = "zhice.v1.StopService/SetStop",
        TargetKind = "channel",
        TargetId = "sms",
        RequestId = "r1",
        Outcome = "OK",
        Changes = [new("stop", "", "set"), new("comment", "a", "b")],
        OmittedChanges = 3,
        Unrecorded = 2,
    };
}
