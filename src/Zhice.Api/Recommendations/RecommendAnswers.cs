using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using Google.Protobuf;
using Zhice.Api.Requests;
using Zhice.Contracts.Catalogs;
using Zhice.Contracts.Customers;
using Zhice.Domain.Decisions;
using Zhice.V1;

namespace Zhice.Api.Recommendations;

/// <summary>The recommendations that are a read of a customer who is active on this silo.</summary>
internal sealed class RecommendAnswers(ICatalogs catalogs, ILocalCustomers local, ResponseTemplates templates)
{
    /// <summary>What a message asks; null when it cannot be read, is wrong, or asks for more than a read.</summary>
    /// <param name="message">The message.</param>
    /// <param name="isOwn">Whether the host itself asks: then a dry run is a read, too.</param>
    public AskedRecommendation? TryRead(ReadOnlySequence<byte> message, bool isOwn)
    {
        if (!catalogs.IsKnown)
        {
            return null;
        }

        RecommendRequest request;
        try
        {
            request = RecommendRequest.Parser.ParseFrom(message);
        }
        catch (Exception fault) when (fault is InvalidProtocolBufferException or ArgumentException)
        {
            return null;
        }

        var (catalog, check) = (catalogs.Current, new RequestCheck());
        var (context, _) = RecommendReading.Read(request, catalog, check);
        return (!request.DryRun || isOwn) && check.IsFine && catalog.Placements.TryGetValue(request.PlacementId, out var placement)
            && !placement.CommitsAtDecision
            ? new(
                request.CustomerId,
                new(placement.Id, request.HasLimit ? request.Limit : placement.DefaultLimit, context, request.NonPersonalized,
                    request.DryRun))
            : null;
    }

    /// <summary>Decides; false when the customer's grain is to be called.</summary>
    public bool TryDecide(
        scoped in AskedRecommendation asked, DecisionBuffers buffers, out LentDecision decision,
        [NotNullWhen(true)] out EncodedResponse? encoded)
    {
        encoded = local.TryRecommend(asked.CustomerId, asked.Query, buffers, out decision) ? templates.Get(catalogs.Current).Encoded : null;
        return encoded is not null && encoded.Catalog.Version == decision.CatalogVersion;
    }
}

/// <summary>What a request asks.</summary>
/// <param name="CustomerId">The customer.</param>
/// <param name="Query">What is asked of the customer.</param>
internal readonly record struct AskedRecommendation(string CustomerId, LocalQuery Query);
