using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Google.Protobuf.Collections;
using Zhice.Api.Errors;
using Zhice.Api.Requests;
using Zhice.Domain.Customers;
using Zhice.Domain.Tags;
using Catalog = Zhice.Domain.Catalogs.Catalog;
using TagChange = Zhice.Domain.Customers.TagChange;
using TagDefinition = Zhice.Domain.Tags.TagDefinition;
using TagType = Zhice.Domain.Tags.TagType;

namespace Zhice.Api.Customers;

/// <summary>Reads changes of tags against the catalogue.</summary>
internal static class TagChanges
{
    public const int MaxChanges = 1000;

    public static ImmutableArray<TagChange> Read(
        RepeatedField<V1.TagChange> changes, Catalog catalog, long nowMs, RequestCheck check)
    {
        if (changes.Count is 0 or > MaxChanges)
        {
            check.Add(
                "changes", changes.Count == 0 ? FieldReasons.Required : FieldReasons.TooMany,
                $"has {changes.Count} entries; 1 to {MaxChanges} are allowed");
            return [];
        }

        var read = new TagChange[changes.Count];
        var firsts = new Dictionary<ushort, int>(changes.Count);
        for (var i = 0; i < changes.Count; i++)
        {
            check.Enter("changes", i);
            if (FindTag(changes[i].TagId, catalog, check) is not { } tag)
            {
                continue;
            }

            if (!firsts.TryAdd(tag.Number, i))
            {
                check.Add(
                    "tag_id", FieldReasons.Repeated,
                    $"changes tag '{tag.Id}' again, after changes[{firsts[tag.Number]}]; each tag may be changed once");
            }

            read[i] = ReadChange(changes[i], tag, nowMs, check);
        }

        check.Exit();
        return ImmutableCollectionsMarshal.AsImmutableArray(read);
    }

    /// <summary>The numbers of tags that are to be deleted; none for all.</summary>
    public static ImmutableArray<ushort> ReadDeletion(RepeatedField<string> tagIds, bool isAll, Catalog catalog, RequestCheck check)
    {
        if (isAll ? tagIds.Count > 0 : tagIds.Count is 0 or > MaxChanges)
        {
            check.Add(
                "tag_ids",
                isAll ? FieldReasons.NotAllowed : tagIds.Count == 0 ? FieldReasons.Required : FieldReasons.TooMany,
                isAll ? "must be empty where all is set" : $"has {tagIds.Count} entries; 1 to {MaxChanges} are allowed, or set all");
            return [];
        }

        var numbers = ImmutableArray.CreateBuilder<ushort>(tagIds.Count);
        foreach (var id in tagIds)
        {
            if (catalog.TagsById.TryGetValue(id, out var tag))
            {
                numbers.Add(tag.Number);
            }
            else
            {
                check.Unknown("tag_ids", "tag", id, catalog.TagsById.Keys);
            }
        }

        return numbers.DrainToImmutable();
    }

    private static TagDefinition? FindTag(string id, Catalog catalog, RequestCheck check)
    {
        if (!check.Id("tag_id", id))
        {
            return null;
        }

        if (!catalog.TagsById.TryGetValue(id, out var tag))
        {
            check.Unknown("tag_id", "tag", id, catalog.TagsById.Keys);
            return null;
        }

        if (tag.Live is not null)
        {
            check.Add("tag_id", FieldReasons.NotAllowed, $"'{id}' is a live tag: it is computed from events and cannot be written");
            return null;
        }

        return tag;
    }

    private static TagChange ReadChange(V1.TagChange change, TagDefinition tag, long nowMs, RequestCheck check)
    {
        TagValue value;
        switch (change.ChangeCase)
        {
            case V1.TagChange.ChangeOneofCase.Set:
                Values.TryRead(change.Set, tag, "set", check, out value);
                return new(tag.Number, TagOperation.Set, value, ReadExpiry(change, tag, nowMs, check));

            case V1.TagChange.ChangeOneofCase.Increment when tag.Type is TagType.Integer or TagType.Decimal:
                Values.TryRead(change.Increment, tag, "increment", check, out value);
                return new(tag.Number, TagOperation.Increment, value, ReadExpiry(change, tag, nowMs, check));

            case V1.TagChange.ChangeOneofCase.Increment:
                check.Add(
                    "increment", FieldReasons.WrongType,
                    $"adds to tag '{tag.Id}', which takes {Values.FormatType(tag.Type)}; only integers and decimals can be added to");
                return default;

            case V1.TagChange.ChangeOneofCase.Remove:
                if (change.ExpireTime is not null)
                {
                    check.Add("expire_time", FieldReasons.NotAllowed, "must not be set with remove");
                }

                return new(tag.Number, TagOperation.Remove, default, 0);

            default:
                check.Add("", FieldReasons.Required, "must have one of set, increment and remove");
                return default;
        }
    }

    private static long ReadExpiry(V1.TagChange change, TagDefinition tag, long nowMs, RequestCheck check)
    {
        if (change.ExpireTime is null)
        {
            return tag.TimeToLiveMs == 0 ? 0 : nowMs + tag.TimeToLiveMs;
        }

        var before = check.Count;
        var expiresAtMs = check.Instant("expire_time", change.ExpireTime);
        if (check.Count == before && expiresAtMs <= nowMs)
        {
            check.Add("expire_time", FieldReasons.OutOfRange, "does not lie in the future");
        }

        return expiresAtMs;
    }
}
