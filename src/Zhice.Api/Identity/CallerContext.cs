using Grpc.Core;
using Microsoft.AspNetCore.Http;

namespace Zhice.Api.Identity;

/// <summary>The caller of a call under way.</summary>
internal static class CallerContext
{
    /// <summary>Who makes the call.</summary>
    /// <exception cref="InvalidOperationException">Nobody checked the identity; the call must not go on.</exception>
    public static Caller GetCaller(this ServerCallContext context) => context.GetHttpContext().GetCaller();

    /// <summary>Who makes the call.</summary>
    /// <exception cref="InvalidOperationException">Nobody checked the identity; the call must not go on.</exception>
    public static Caller GetCaller(this HttpContext context) =>
        context.Features.Get<Caller>() ?? throw new InvalidOperationException("The identity of the caller was not checked.");

    /// <summary>Says who makes the call.</summary>
    public static void SetCaller(this HttpContext context, Caller caller) => context.Features.Set(caller);
}
