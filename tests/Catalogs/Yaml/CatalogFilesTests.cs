using System.Collections;
using FsCheck.Xunit;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using Zhice.Catalogs.Yaml;

namespace Zhice.Catalogs.Tests.Yaml;

public sealed class CatalogFilesTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("zhice-catalog-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void The_sample_is_the_same_after_it_was_written_and_read()
    {
        var sample = CatalogFiles.Read(SampleBank.CatalogFolder);

        CatalogFiles.Write(sample, _folder);

        Assert.Equal(sample, CatalogFiles.Read(_folder));
        Assert.Contains("action_id: term_deposit\n", File.ReadAllText(Path.Combine(_folder, "actions.yaml")), StringComparison.Ordinal);
        Assert.Contains("purpose: marketing\n", File.ReadAllText(Path.Combine(_folder, "actions.yaml")), StringComparison.Ordinal);
        Assert.Contains("sliding: 7d\n", File.ReadAllText(Path.Combine(_folder, "contact_caps.yaml")), StringComparison.Ordinal);
    }

    [Property(MaxTest = 200)]
    public void Any_catalogue_is_the_same_after_it_was_written_and_read(int seed)
    {
        var random = new Random(seed);
        var catalog = new V1.Catalog();
        Fill(catalog, random);
        catalog.TimeZone = "Asia/Shanghai";

        CatalogFiles.Write(catalog, _folder);

        Assert.Equal(catalog, CatalogFiles.Read(_folder));
    }

    [Fact]
    public void Files_are_merged_in_the_order_of_their_names()
    {
        Put("b.yaml", "channels:\n  - channel_id: second\n");
        Put("a.yaml", "time_zone: UTC\nchannels:\n  - channel_id: first\n");
        Put("notes.txt", "no part of it");

        var catalog = CatalogFiles.Read(_folder);

        Assert.Equal("UTC", catalog.TimeZone);
        Assert.Equal(["first", "second"], catalog.Channels.Select(channel => channel.ChannelId));
    }

    [Fact]
    public void Enums_spans_and_times_are_written_as_people_do()
    {
        Put("a.yaml", """
            tags:
              - {tag_id: a, type: integer, time_to_live: 12h}
              - {tag_id: b, type: TAG_TYPE_TIME, time_to_live: 90s, live: {function: distinct_days, window: 7d}}
            actions:
              - {action_id: c, purpose: marketing, start_time: 2026-01-01T00:00:00+08:00, lever: 0}
            """);

        var catalog = CatalogFiles.Read(_folder);

        Assert.Equal(V1.TagType.Integer, catalog.Tags[0].Type);
        Assert.Equal(Duration.FromTimeSpan(TimeSpan.FromHours(12)), catalog.Tags[0].TimeToLive);
        Assert.Equal(V1.TagType.Time, catalog.Tags[1].Type);
        Assert.Equal(90, catalog.Tags[1].TimeToLive.Seconds);
        Assert.Equal(V1.LiveFunction.DistinctDays, catalog.Tags[1].Live.Function);
        Assert.Equal(new DateTime(2025, 12, 31, 16, 0, 0, DateTimeKind.Utc), catalog.Actions[0].StartTime.ToDateTime());
        Assert.True(catalog.Actions[0].HasLever);
    }

    [Theory]
    [InlineData("tags:\n  - tag_id: a\n    tipe: integer\n", "3:5: there is no 'tipe' here; did you mean 'type'?")]
    [InlineData("taks: []\n", "1:1: there is no 'taks' here; did you mean 'tags'?")]
    [InlineData(
        "tags:\n  - type: intger\n",
        "2:11: found \"intger\"; type is one of bool, integer, decimal, time, enum, string; did you mean 'integer'?")]
    [InlineData("tags:\n  - sensitive: yes\n", "2:16: found \"yes\"; sensitive is true or false")]
    [InlineData("tags:\n  - time_to_live: 7 days\n", "2:19: found \"7 days\"; time_to_live is a span such as 7d, 12h, 30m or 90s")]
    [InlineData(
        "actions:\n  - start_time: tomorrow\n",
        "2:17: found \"tomorrow\"; start_time is a time in RFC 3339, such as 2026-01-01T00:00:00+08:00")]
    [InlineData("actions:\n  - value_fen: 1.5\n", "2:16: found \"1.5\"; value_fen is a whole number")]
    [InlineData("tags: age\n", "1:7: found \"age\"; tags is a list, whose items begin with '- '")]
    [InlineData("tags:\n  - tag_id: [a]\n", "2:13: found a list; tag_id is a text")]
    [InlineData("channels:\n  - app\n", "2:5: found \"app\", where there may be: channel_id, display_name, quiet_hours, minimum_spacing, consent, consent_lifetime, service_consent, minimum_spacing_binds_service, service_consent_lifetime, formerly")]
    [InlineData("contact_caps:\n  - {sliding: 7d, calendar: day}\n", "2:19: sliding is set already; only one of sliding, calendar may be")]
    [InlineData("time_zone: UTC\n---\ntime_zone: UTC\n", "3:1: time_zone is set already, in this file or one before it; it is set once")]
    public void A_fault_is_named_by_file_line_and_column(string yaml, string message)
    {
        Put("a.yaml", yaml);

        var fault = Assert.Throws<CatalogFileException>(() => CatalogFiles.Read(_folder));

        Assert.Equal($"{Path.Combine(_folder, "a.yaml")}:{message}", fault.Message);
    }

    [Fact]
    public void What_is_no_yaml_is_named_by_its_place()
    {
        Put("a.yaml", "tags:\n  - {tag_id: a\nchannels: []\n");

        var fault = Assert.Throws<CatalogFileException>(() => CatalogFiles.Read(_folder));

        Assert.InRange(fault.Line, 2, 4);
    }

    [Fact]
    public void A_small_file_that_says_much_by_aliases_is_refused_where_it_begins_to()
    {
        var lines = Enumerable.Range(1, 30).Select(n => $"a{n}: &a{n} [{string.Join(", ", Enumerable.Repeat($"*a{n - 1}", 9))}]");
        Put("a.yaml", $"a0: &a0 x\n{string.Join('\n', lines)}\n");

        var fault = Assert.Throws<CatalogFileException>(() => CatalogFiles.Read(_folder));

        Assert.Equal(2, fault.Line);
        Assert.Contains("without aliases", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_nested_without_end_or_is_too_large_is_refused()
    {
        Put("a.yaml", $"tags: {new string('[', 100_000)}");
        Assert.Contains("levels", Assert.Throws<CatalogFileException>(() => CatalogFiles.Read(_folder)).Message, StringComparison.Ordinal);

        using (var file = File.Create(Path.Combine(_folder, "a.yaml")))
        {
            file.SetLength(1L << 30);
        }

        Assert.Contains("at most", Assert.Throws<CatalogFileException>(() => CatalogFiles.Read(_folder)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_that_is_there_twice_is_named_by_its_place()
    {
        Put("a.yaml", "time_zone: UTC\ntime_zone: UTC\n");

        Assert.Equal(2, Assert.Throws<CatalogFileException>(() => CatalogFiles.Read(_folder)).Line);
    }

    [Property(MaxTest = 300)]
    public void A_spoiled_file_is_read_or_refused_but_never_breaks_the_reader(int seed)
    {
        var random = new Random(seed);
        var text = File.ReadAllText(Path.Combine(SampleBank.CatalogFolder, "contact_caps.yaml")).ToList();
        for (var edits = random.Next(1, 5); edits > 0; edits--)
        {
            text[random.Next(text.Count)] = "{}[]:-#&*!|>'\"%@` \n\t\\,?\u0001a0"[random.Next(26)];
        }

        Put("a.yaml", string.Concat(text));

        try
        {
            CatalogFiles.Read(_folder);
        }
        catch (CatalogFileException refused)
        {
            Assert.True(refused.Line > 0, refused.Message);
        }
    }

    [Fact]
    public void Folders_without_files_of_a_catalogue_are_refused()
    {
        Assert.Contains(
            "no *.yaml files", Assert.Throws<CatalogFileException>(() => CatalogFiles.Read(_folder)).Message, StringComparison.Ordinal);
        Assert.Contains("no such folder", Assert.Throws<CatalogFileException>(
            () => CatalogFiles.Read(Path.Combine(_folder, "none"))).Message, StringComparison.Ordinal);
        Put("a.yml", "tags: []\n");
        Assert.Contains(
            "rename it", Assert.Throws<CatalogFileException>(() => CatalogFiles.Read(_folder)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_catalogue_is_not_written_beside_files_that_would_be_read_with_it()
    {
        Put("actions-loan.yaml", "actions: []\n");

        var fault = Assert.Throws<CatalogFileException>(() => CatalogFiles.Write(new V1.Catalog(), _folder));

        Assert.Contains("actions-loan.yaml", fault.Message, StringComparison.Ordinal);
    }

    private void Put(string name, string text) => File.WriteAllText(Path.Combine(_folder, name), text);

    private static void Fill(IMessage message, Random random)
    {
        foreach (var field in message.Descriptor.Fields.InFieldNumberOrder())
        {
            if (field.IsRepeated)
            {
                var list = (IList)field.Accessor.GetValue(message);
                for (var left = random.Next(3); left > 0; left--)
                {
                    list.Add(Any(field, random));
                }
            }
            else if (random.Next(3) > 0)
            {
                field.Accessor.SetValue(message, Any(field, random));
            }
        }
    }

    private static object Any(FieldDescriptor field, Random random)
    {
        switch (field.FieldType)
        {
            case FieldType.String:
                string[] parts =
                    [
                        "a", "中", "😀", " ", "\n", "\t", "\"", "'", ": ", "#", "- ", "null", "true", "5", "\\", "\r", "\u0001", "\u0085",
                        "\u2028", "\uFEFF", "é", "{", "*", "%"];
                return string.Concat(Enumerable.Range(0, random.Next(6)).Select(_ => parts[random.Next(parts.Length)]));
            case FieldType.Bool:
                return random.Next(2) == 1;
            case FieldType.Int32:
                return random.Next(int.MinValue, int.MaxValue);
            case FieldType.Int64:
                return random.NextInt64(long.MinValue, long.MaxValue);
            case FieldType.Double:
                return random.Next(4) switch { 0 => 0.0, 1 => -0.0, 2 => double.PositiveInfinity, _ => random.NextDouble() * 1e30 };
            case FieldType.Enum:
                return random.Next(6);
            case FieldType.Message when field.MessageType == Duration.Descriptor:
                return new Duration { Seconds = random.Next(400) * (random.Next(2) == 0 ? 1 : 3600), Nanos = random.Next(2) * random.Next(1_000_000_000) };
            case FieldType.Message when field.MessageType == Timestamp.Descriptor:
                return new Timestamp { Seconds = random.NextInt64(-62_135_596_800, 253_402_300_800), Nanos = random.Next(2) * random.Next(1_000_000_000) };
            default:
                var message = field.MessageType.Parser.ParseFrom(ByteString.Empty);
                Fill(message, random);
                return message;
        }
    }
}
