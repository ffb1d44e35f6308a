using System.CommandLine;
using System.CommandLine.Parsing;
using Google.Protobuf.WellKnownTypes;
using Zhice.Cli.Running;
using Zhice.Cli.Values;
using Zhice.V1;

namespace Zhice.Cli.Commands;

/// <summary>`zhice customer set-tags`: changes tags, all or none.</summary>
internal static class CustomerSetTagsCommand
{
    public static Command Create()
    {
        var customer = CommonArguments.Customer();
        var set = new Argument<Assignment[]>("TAG=VALUE")
        {
            Description = "Tags to set, values as the catalogue's types. Example: age=35 job=student",
            Arity = ArgumentArity.ZeroOrMore,
            CustomParser = Assignment.ParseAll,
        };
        var remove = new Option<string[]>("--remove")
        {
            Description = "Tags to remove. Example: --remove salary",
            HelpName = "TAG",
            AllowMultipleArgumentsPerToken = true,
        };
        var increment = CommonArguments.Assignments("--increment", "TAG=N",
            "Numbers to add to integer or decimal tags; a missing tag counts as 0. Example: --increment visits=1");
        var isNew = CommonArguments.New();
        var command = new Command("set-tags", "Changes tags of a customer, all or none. Example: zhice customer set-tags 020235 age=35 --remove salary --increment visits=1")
        {
            customer, set, remove, increment, isNew,
        };
        command.Validators.Add(result =>
        {
            // By their tokens: the values of what did not parse cannot be asked for.
            string[] changed = [.. new SymbolResult?[] { result.GetResult(set), result.GetResult(remove), result.GetResult(increment) }
                .SelectMany(r => r?.Tokens ?? []).Select(t => Assignment.TryParse(t.Value, out var assigned) ? assigned.Name : t.Value)];
            if (changed.Length == 0)
            {
                result.AddError("Say at least one change, such as age=35.");
            }
            else if (changed.GroupBy(t => t, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1) is { } twice)
            {
                result.AddError($"The tag '{twice.Key}' is changed twice.");
            }
        });
        return command.Runs(async session =>
        {
            await CommonArguments.CheckKnownAsync(session, session.Get(customer), session.Get(isNew));
            var tags = await TagValues.InForceAsync(session);
            var answer = await session.Client.Customers.UpdateTagsAsync(
                new()
                {
                    CustomerId = session.Get(customer),
                    Changes =
                    {
                        session.Get(set).Select(a => new TagChange { TagId = a.Name, Set = tags.Read(a) }),
                        session.Get(remove)?.Select(t => new TagChange { TagId = tags.Definition(t).TagId, Remove = new Empty() }) ?? [],
                        session.Get(increment)?.Select(a => new TagChange { TagId = a.Name, Increment = tags.Read(a) }) ?? [],
                    },
                    RequestId = CommonArguments.NewRequestId(),
                },
                cancellationToken: session.Cancellation);
            session.Terminal.Done(answer, $"Changed; the customer's state has version {answer.Version}.");
        });
    }
}
