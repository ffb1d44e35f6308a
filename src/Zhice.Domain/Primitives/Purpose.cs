using Orleans;

namespace Zhice.Domain.Primitives;

/// <summary>Why a bank says something. The numbers are stored, and those of the public contract.</summary>
[GenerateSerializer, Alias("zhice.purpose")]
public enum Purpose : byte
{
    /// <summary>To sell.</summary>
    Marketing = 1,

    /// <summary>To serve a product that the customer has.</summary>
    Service = 2,

    /// <summary>Because law asks for it.</summary>
    Regulatory = 3,

    /// <summary>No purpose of an action: whether the profile may be used at all (PIPL, article 24).</summary>
    Personalization = 4,
}
