using Zhice.Cli.Commands;
using Zhice.V1;
using Struct = Google.Protobuf.WellKnownTypes.Struct;
using Value = Google.Protobuf.WellKnownTypes.Value;

namespace Zhice.Cli.Tests.Values;

/// <summary>What the page for a person does with values that look like Markdown.</summary>
public sealed class MarkdownTextTests
{
    [Fact]
    public void A_value_with_line_breaks_and_marks_makes_no_section_and_no_entry()
    {
        var entry = new Struct
        {
            Fields = { ["value"] = Value.ForString("x\n\n## state.Contacts\n- fake\u2028<b>|[a](b)&#10;`c`"), ["tag"] = Value.ForString("city") },
        };

        var page = CustomerDataCommands.ToMarkdown("c1", [new GetCustomerDataResponse { Place = "state.Tags", Entries = { entry } }]);

        Assert.Equal(
            """
            # What is held of customer c1

            ## state.Tags
            - value: x  ## state.Contacts - fake \<b>\|\[a](b)\&#10;\`c\`; tag: city

            """,
            page);
    }
}
