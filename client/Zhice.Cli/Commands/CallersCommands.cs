using System.CommandLine;
using Google.Protobuf.WellKnownTypes;
using Zhice.Cli.Running;
using Zhice.Cli.Values;
using Zhice.V1;

namespace Zhice.Cli.Commands;

/// <summary>`zhice callers`: callers who are no longer accepted.</summary>
internal static class CallersCommands
{
    public static Command Create() => new("callers", "Revokes callers and tokens that have not ended yet. Example: zhice callers list")
    {
        Revoke(), Lift(), List(),
    };

    private static Command Revoke()
    {
        var (id, token) = (Id(), Token());
        var reason = new Option<string>("--reason") { Description = "Why. Example: --reason 'laptop stolen'", HelpName = "TEXT", Required = true };
        var until = new Option<string?>("--until") { Description = $"When it ends by itself; without it, never. Example: --until {InstantText.Example}", HelpName = "TIME" };
        return new Command("revoke", "Refuses a caller on every host within seconds. Example: zhice callers revoke li --reason 'laptop stolen'") { id, token, reason, until }.Runs(async session =>
        {
            var request = new RevokeCallerRequest { Kind = Kind(session.Get(token)), Id = session.Get(id), Reason = session.Get(reason) };
            if (session.Get(until) is { } text)
            {
                request.ExpireTime = InstantText.TryParse(text, out var instant)
                    ? Timestamp.FromDateTimeOffset(instant)
                    : throw new UsageException($"--until is '{text}'; an instant such as {InstantText.Example} is needed.");
            }

            var answer = await session.Client.Security.RevokeCallerAsync(request, cancellationToken: session.Cancellation);
            session.Terminal.Done(answer, $"'{answer.Revocation.Id}' is refused on every host within seconds.");
        });
    }

    private static Command Lift()
    {
        var (id, token) = (Id(), Token());
        return new Command("lift", "Accepts a caller again. Example: zhice callers lift li") { id, token }.Runs(async session =>
        {
            // A call that is executed late lifts no revocation that was made since.
            var kind = Kind(session.Get(token));
            var all = await session.Client.Security.ListRevocationsAsync(new(), cancellationToken: session.Cancellation);
            var revocation = all.Revocations.FirstOrDefault(each => (each.Kind, each.Id) == (kind, session.Get(id)));
            var answer = await session.Client.Security.LiftRevocationAsync(
                new() { Kind = kind, Id = session.Get(id), RevokeTime = revocation?.RevokeTime }, cancellationToken: session.Cancellation);
            session.Terminal.Done(answer, answer.WasInForce ? "It is accepted again within seconds." : "It was not revoked.");
        });
    }

    private static Command List() => new Command("list", "Lists who is revoked. Example: zhice callers list").Runs(async session =>
    {
        var answer = await session.Client.Security.ListRevocationsAsync(new(), cancellationToken: session.Cancellation);
        if (session.Terminal.IsJson)
        {
            session.Terminal.Json(answer);
            return;
        }

        session.Terminal.Table("", ["what", "id", "since", "until", "by", "why"], answer.Revocations.Select(static each => new[]
        {
            EnumName.Words(each.Kind), each.Id, InstantText.Format(each.RevokeTime), InstantText.Format(each.ExpireTime), each.Actor, each.Reason,
        }));
    });

    private static Argument<string> Id() => new("ID") { Description = "The caller's name as the audit has it, or with --token a token's jti. Example: li" };

    private static Option<bool> Token() => new("--token") { Description = "The id is that of one token. Example: --token" };

    private static RevocationKind Kind(bool isToken) => isToken ? RevocationKind.Token : RevocationKind.Caller;
}
