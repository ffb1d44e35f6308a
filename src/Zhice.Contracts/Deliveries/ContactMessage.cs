using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Zhice.Domain.Catalogs;
using Zhice.Domain.Deliveries;
using Zhice.Domain.Effects;
using Zhice.Domain.Journeys;
using Zhice.Domain.Learning;
using Zhice.Domain.Measurement.Facts;
using Zhice.Domain.Primitives;

namespace Zhice.Contracts.Deliveries;

/// <summary>What a channel is told of a contact: bytes of <c>zhice.v1.OutboundContact</c>, as the outbox keeps them.</summary>
/// <param name="Contact">Its id.</param>
/// <param name="CustomerId">The customer.</param>
/// <param name="ChannelId">The channel that takes it.</param>
/// <param name="PlacementId">The placement that it fills.</param>
/// <param name="CampaignId">The campaign that sends it; empty for none.</param>
/// <param name="ActionId">What is proposed.</param>
/// <param name="TreatmentId">How it is shown.</param>
/// <param name="Content">What to show or say.</param>
/// <param name="CreatedAtMs">When it was made, unix milliseconds.</param>
/// <param name="ExpiresAtMs">From when on it is void, unix milliseconds.</param>
public sealed record ContactMessage(
    ContactId Contact,
    string CustomerId,
    string ChannelId,
    string PlacementId,
    string CampaignId,
    string ActionId,
    string TreatmentId,
    Content Content,
    long CreatedAtMs,
    long ExpiresAtMs)
{
    // What it teaches lies before it, and is not asked for here.
    private static readonly MessageParser<V1.OutboundContact> Known = V1.OutboundContact.Parser.WithDiscardUnknownFields(true);

    /// <summary>What a person is to do; null where the contact is not handed to one.</summary>
    public ContactTask? Task { get; init; }

    /// <summary>Why it is said.</summary>
    public Purpose Purpose { get; init; }

    /// <summary>What is taught when the channel takes it; null for nothing. It stays in the outbox, and channels do not get it.</summary>
    public KeptLesson? Lesson { get; init; }

    /// <summary>The stage of a journey that made it; null where none did.</summary>
    public ContactOrigin? Origin { get; init; }

    /// <summary>The customer's arm in the campaign's experiment; empty for none. Channels do not get it.</summary>
    public string ArmId { get; init; } = "";

    /// <summary>The customer's tier when it was made; empty for none. Channels do not get it.</summary>
    public string Tier { get; init; } = "";

    /// <summary>The names by which it is measured.</summary>
    public FactGroup Group => new()
    {
        Campaign = CampaignId, Journey = Origin?.JourneyId ?? "", Stage = Origin?.StageId ?? "", Action = ActionId, Channel = ChannelId,
        Placement = PlacementId, Treatment = TreatmentId, Arm = ArmId, Tier = Tier,
    };

    /// <summary>The contact for <see cref="CommitEffects.Send"/>.</summary>
    /// <param name="availableAtMs">From when on it may be sent, unix milliseconds.</param>
    /// <param name="day">The day of the bank on which it is made, days since 1970-01-01; null: it is not measured.</param>
    public OutboundContact ToOutbound(long availableAtMs, int? day = null)
    {
        var id = Contact.ToString();
        var contact = new OutboundContact(
            id, ChannelId, availableAtMs, ExpiresAtMs, ContactLesson.Before(Lesson, ToBytes(id))) { CampaignId = CampaignId };
        return day is { } on && Group is var group
            ? contact with { Group = group, GroupId = group.GetId(), MadeAtMs = CreatedAtMs, Day = on }
            : contact;
    }

    // The attempt is the store's, and added when it is leased.
    private byte[] ToBytes(string contactId) => new V1.OutboundContact
    {
        ContactId = contactId,
        CustomerId = CustomerId,
        ChannelId = ChannelId,
        PlacementId = PlacementId,
        CampaignId = CampaignId,
        ActionId = ActionId,
        TreatmentId = TreatmentId,
        Content = new()
        {
            Language = Content.Language,
            Title = Content.Title,
            Body = Content.Body,
            DeepLink = Content.DeepLink,
            TemplateId = Content.TemplateId,
        },
        CreateTime = Instant(CreatedAtMs),
        ExpireTime = Instant(ExpiresAtMs),
        Purpose = (V1.Purpose)Purpose,
        Task = Task is null ? null : new()
        {
            Kind = Task.Kind,
            Owner = Task.Owner,
            DueTime = Task.DueAtMs is { } dueAtMs ? Instant(dueAtMs) : null,
            Note = Task.Note,
        },
        Origin = Origin is null ? null : new()
        {
            JourneyId = Origin.JourneyId,
            Version = Origin.Version,
            StageId = Origin.StageId,
            VoidOnLeave = Origin.IsVoidOnLeave,
        },
    }.ToByteArray();

    /// <summary>What is asked of a contact at its hand-over; null when its bytes are no contact of a decision.</summary>
    /// <param name="message">The bytes that the outbox keeps.</param>
    /// <param name="expiresAtMs">From when on it is void, unix milliseconds.</param>
    /// <param name="mayHaveChanged">Whether its customer may be another than when it was made.</param>
    public static AskedContact? ReadAsked(byte[] message, long expiresAtMs, bool mayHaveChanged) =>
        Parsed(message) is { } contact && ContactId.TryParse(contact.ContactId, out var id)
            ? new(
                id, contact.ChannelId, contact.CampaignId, contact.ActionId, contact.TreatmentId, (Purpose)contact.Purpose, expiresAtMs,
                mayHaveChanged)
            {
                Origin = contact.Origin is { } origin ? new(origin.JourneyId, origin.Version, origin.StageId, origin.VoidOnLeave) : null,
            }
            : null;

    /// <summary>The customer of a contact; empty when its bytes are no contact.</summary>
    /// <param name="message">The bytes that the outbox keeps.</param>
    public static string ReadCustomerId(byte[] message) => Parsed(message)?.CustomerId ?? "";

    /// <summary>A contact once more, for another time to live.</summary>
    /// <param name="message">The bytes that the outbox kept.</param>
    /// <param name="availableAtMs">From when on it may be sent, unix milliseconds.</param>
    /// <param name="expiresAtMs">From when on it is void, unix milliseconds.</param>
    /// <param name="lesson">What is taught when the channel takes it; null for nothing.</param>
    /// <param name="made">When it is put into the outbox again, unix milliseconds, and the day of
    /// the bank; null: it is not measured.</param>
    /// <returns>Null when the bytes are no contact.</returns>
    public static OutboundContact? Again(
        byte[] message, long availableAtMs, long expiresAtMs, KeptLesson? lesson, (long AtMs, int Day)? made = null)
    {
        if (Parsed(ContactLesson.Split(message).Message, V1.OutboundContact.Parser) is not { } contact)
        {
            return null;
        }

        contact.ExpireTime = Instant(expiresAtMs);
        var again = new OutboundContact(
            contact.ContactId, contact.ChannelId, availableAtMs, expiresAtMs,
            ContactLesson.Before(lesson, contact.ToByteArray())) { CampaignId = contact.CampaignId };
        return made is { } now && ToGroup(contact) is var group
            ? again with { Group = group, GroupId = group.GetId(), MadeAtMs = now.AtMs, Day = now.Day }
            : again;
    }

    /// <summary>From when on a contact was to be void when it was made, unix milliseconds; 0 when its bytes do not say.</summary>
    /// <param name="message">The bytes that the outbox keeps.</param>
    public static long ExpiryOf(byte[] message) => Parsed(message)?.ExpireTime?.ToDateTimeOffset().ToUnixTimeMilliseconds() ?? 0;

    // Of a dead letter nobody remembers the arm and the tier.
    private static FactGroup ToGroup(V1.OutboundContact contact) => new()
    {
        Campaign = contact.CampaignId, Journey = contact.Origin?.JourneyId ?? "", Stage = contact.Origin?.StageId ?? "",
        Action = contact.ActionId,
        Channel = contact.ChannelId, Placement = contact.PlacementId, Treatment = contact.TreatmentId,
    };

    private static V1.OutboundContact? Parsed(byte[] message, MessageParser<V1.OutboundContact>? parser = null)
    {
        try
        {
            return (parser ?? Known).ParseFrom(message);
        }
        catch (InvalidProtocolBufferException)
        {
            return null;
        }
    }

    private static Timestamp Instant(long atMs) => Timestamp.FromDateTimeOffset(DateTimeOffset.FromUnixTimeMilliseconds(atMs));
}

/// <summary>What a person is to do about a customer.</summary>
/// <param name="Kind">What kind of work it is, such as "call_back".</param>
/// <param name="Owner">Whose work it is; empty when the channel decides.</param>
/// <param name="DueAtMs">By when it is to be done, unix milliseconds; null: by no time of its own.</param>
/// <param name="Note">What the person should know; empty for nothing.</param>
public sealed record ContactTask(string Kind, string Owner = "", long? DueAtMs = null, string Note = "");
