using System.Collections.Immutable;

namespace Zhice.Api.Learning;

/// <summary>What every model card says, as it holds for all models of the product.</summary>
internal static class ModelCardTexts
{
    public const string Kind =
        "Bayesian logistic regression over hashed features, with a Gaussian for each weight; it learns online, one lesson at a time.";

    public const string IntendedUse =
        "Estimates how likely a customer is to accept one marketing action, to rank the marketing actions that rules and the contact policy allow.";

    public static ImmutableArray<string> Limits { get; } =
    [
        "Not for decisions on credit, prices, limits or insurance, nor on whether a customer may have a product: the rules of the catalogue decide that.",
        "Not as the only ground of a decision that has a major effect on a person's rights and interests (PIPL, Art. 24).",
        "Not for service and regulatory messages: they have no model.",
        "Not for another action, nor for customers of another bank: it learned from the contacts of this action alone.",
        "It learned from customers to whom the action was shown. For groups to whom the action was not shown it is a guess from the prior.",
        "It finds what goes together with an acceptance, not what causes it: only a holdout measures a lift.",
        "The checks score each lesson before it is learned, and half of their weight is on the last 6,931 lessons. With few lessons they are uncertain.",
        "The card does not check whether groups of customers are treated alike: a fairness report does, by one tag at a time.",
    ];
}
