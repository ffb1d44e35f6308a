using Grpc.Core;

namespace Zhice.TestBank;

/// <summary>Calls by persons: in development the headers say who calls.</summary>
internal static class By
{
    /// <summary>Who writes.</summary>
    public static Metadata Li => Person("li");

    /// <summary>Who approves what Li wrote.</summary>
    public static Metadata Wang => Person("wang");

    /// <summary>The headers of a call by a person.</summary>
    public static Metadata Person(string name) => new() { { "x-zhice-user", name } };
}
