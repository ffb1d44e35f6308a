using System.Globalization;
using Grpc.Core;
using Zhice.Api.Errors;

namespace Zhice.Api.Requests;

/// <summary>Refusals that several services give.</summary>
internal static class Refusals
{
    public static RpcException RequestIdReused() => ApiError.Fail(
        ErrorReasons.RequestIdReused,
        "request_id was used by an earlier call that asked for something else. Use a fresh id for a new request.",
        ("field", "request_id"));

    public static RpcException CatalogVersionNotFound(long version) => ApiError.Fail(
        ErrorReasons.CatalogVersionNotFound,
        version == 0 ? "There is no catalogue yet." : $"Version {version} of the catalogue is not, or no longer, kept.",
        ("version", version.ToString(CultureInfo.InvariantCulture)));

    public static RpcException CustomerNotFound(string hint = "") =>
        ApiError.Fail(ErrorReasons.CustomerNotFound, $"This customer is unknown. {hint}".TrimEnd());
}
