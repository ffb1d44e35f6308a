using System.Collections.Immutable;
using Zhice.Domain.Approvals;

namespace Zhice.Domain.Tests.Approvals;

/// <summary>Who wrote a part of what is to be approved.</summary>
public sealed class AuthorsTests
{
    [Theory]
    [InlineData("li")]
    [InlineData("LI")]
    [InlineData(" li ")]
    [InlineData("ｌｉ")]
    public void An_author_is_the_same_in_whatever_way_the_name_is_written(string name)
    {
        ImmutableArray<string> authors = Authors.With(Authors.With([], "li"), "wang");

        Assert.True(Authors.Has(authors, name));
        Assert.Equal(authors, Authors.With(authors, name));
    }

    [Fact]
    public void Another_person_is_no_author() => Assert.False(Authors.Has(["li", "wang"], "zhang"));

    [Fact]
    public void What_was_stored_before_authors_were_kept_has_none() => Assert.False(Authors.Has(default, "li"));
}
