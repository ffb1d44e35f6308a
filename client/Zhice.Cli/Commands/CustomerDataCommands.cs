using System.CommandLine;
using System.Text;
using Google.Protobuf;
using Grpc.Core;
using Zhice.Cli.Running;
using Zhice.Cli.Values;
using Zhice.V1;

namespace Zhice.Cli.Commands;

/// <summary>`zhice customer data` and `delete-tags`: a person's rights to see and to delete.</summary>
internal static class CustomerDataCommands
{
    public static Command Data()
    {
        var customer = CommonArguments.Customer();
        return new Command("data", "Writes all that is held of a customer, as Markdown or with --json. Example: zhice customer data 020235 > 020235.md") { customer }.Runs(async session =>
        {
            using var call = session.Client.Customers.GetCustomerData(new() { CustomerId = session.Get(customer) }, cancellationToken: session.Cancellation);
            var parts = new List<GetCustomerDataResponse>();
            await foreach (var part in call.ResponseStream.ReadAllAsync(session.Cancellation))
            {
                parts.Add(part);
            }

            if (session.Terminal.IsJson)
            {
                parts.ForEach(session.Terminal.Json);
                return;
            }

            session.Terminal.Line(ToMarkdown(session.Get(customer), parts));
        });
    }

    public static Command DeleteTags()
    {
        var customer = CommonArguments.Customer();
        var tags = new Argument<string[]>("TAG") { Description = "The tags, live ones too. Example: age salary", Arity = ArgumentArity.ZeroOrMore };
        var all = new Option<bool>("--all") { Description = "All tags, also those that the catalogue no longer defines. Example: --all" };
        return new Command("delete-tags", "Deletes tags of a customer. Example: zhice customer delete-tags 020235 age salary") { customer, tags, all }.Runs(async session =>
        {
            var answer = await session.Client.Customers.DeleteTagsAsync(
                new() { CustomerId = session.Get(customer), TagIds = { session.Get(tags) }, All = session.Get(all), RequestId = CommonArguments.NewRequestId() },
                cancellationToken: session.Cancellation);
            session.Terminal.Done(answer, $"Deleted; the customer's state has version {answer.Version}.");
        });
    }

    /// <summary>The page for the person: a section for each place.</summary>
    internal static string ToMarkdown(string customerId, IReadOnlyList<GetCustomerDataResponse> parts)
    {
        var text = new StringBuilder($"# What is held of customer {MarkdownText.Escape(customerId)}\n");
        foreach (var place in parts.GroupBy(static part => part.Place))
        {
            text.Append($"\n## {MarkdownText.Escape(place.Key)}\n");
            var entries = place.SelectMany(static part => part.Entries).ToList();
            text.Append(entries.Count == 0 ? "Nothing.\n" : "");
            foreach (var entry in entries)
            {
                text.Append("- ").AppendJoin("; ", entry.Fields.Select(static field => $"{MarkdownText.Escape(field.Key)}: {MarkdownText.Escape(ToText(field.Value))}")).Append('\n');
            }
        }

        return text.ToString();
    }

    private static string ToText(Google.Protobuf.WellKnownTypes.Value value) => value.KindCase switch
    {
        Google.Protobuf.WellKnownTypes.Value.KindOneofCase.StringValue => value.StringValue,
        Google.Protobuf.WellKnownTypes.Value.KindOneofCase.NullValue => "",
        _ => JsonFormatter.Default.Format(value),
    };
}
