using Google.Protobuf.WellKnownTypes;
using Zhice.Catalogs;
using Zhice.Domain.Catalogs;
using Zhice.Domain.Contacts;
using Zhice.Domain.Decisions;
using Zhice.Domain.Learning;
using Zhice.Domain.Primitives;
using Zhice.Domain.Tags;

namespace Zhice.Catalogs.Tests;

public sealed class CatalogCompilerTests
{
    [Fact]
    public void A_definition_without_faults_becomes_a_catalogue_to_decide_by()
    {
        var catalog = Compiled(Bank());

        Assert.Equal(7, catalog.Version);
        var age = catalog.TagsById["age"];
        Assert.Equal((TagType.Integer, 5L), (age.Type, age.BinWidth));
        Assert.Equal(FeatureVector.GetSeed("tag:age"), age.FeatureSeed);
        Assert.Equal(["c1", "c2"], catalog.TagsById["risk_level"].EnumNames.OrderBy(name => name.Key).Select(name => name.Value));
        Assert.Equal(TimeSpan.FromDays(365).TotalMilliseconds, catalog.TagsById["risk_level"].TimeToLiveMs);
        Assert.Equal(15_000, catalog.TagsById["aum"].BinWidth);
        Assert.Equal(
            new LiveTagRule(catalog.TagsById["spent"].Number, TagType.Decimal, LiveFunction.Sum, 7 * 86_400_000L, "amount"),
            catalog.TagsById["spent"].Live);
        Assert.Equal(catalog.EventTypes["payment"], catalog.TagsById["spent"].FedBy);

        var placement = catalog.Placements["app_home"];
        Assert.Equal((3, false), (placement.DefaultLimit, placement.CountsAtDecision));
        Assert.Equal(["deposit", "fund"], placement.Candidates.Select(candidate => candidate.Action.Id));
        Assert.Equal("card", placement.Candidates[0].Treatments[0].Id);
        Assert.True(catalog.Placements["text"].CountsAtDecision);
        Assert.Equal("other", catalog.Placements["text"].Candidates.Single().Treatments[0].Id);

        var fund = catalog.ActionsById["fund"];
        Assert.Equal([ReasonCode.Ineligible, ReasonCode.NotApplicable, ReasonCode.Unsuitable], fund.Rules.Select(rule => rule.WhenBroken));
        Assert.Equal((0.02, 1.0, Purpose.Marketing), (fund.PriorPropensity, fund.Lever, fund.Purpose));
        Assert.Equal("zh-CN", fund.Treatments[0].Content.Language);
        Assert.Equal(
            new ContactCap("week", CapScope.Channel, catalog.Channels["sms"].Number, 2, CapWindow.Calendar(CalendarPeriod.Week)),
            catalog.Caps[1]);
    }

    [Fact]
    public void The_contact_policy_is_compiled_with_its_numbers_and_names()
    {
        var bank = Bank();
        WithPolicy(bank);
        bank.Actions[0].Priority = 7;
        bank.ContactCaps[0].Reserve = true;
        bank.ContactCaps[0].HoldLastForPriority = 5;
        bank.ContactCaps[1].CountAt = V1.CountAt.Decision;
        bank.ContactCaps.Add(new V1.ContactCap
        {
            CapId = "one_card", Scope = V1.CapScope.Treatment, ScopeId = "deposit/card", Limit = 1, Calendar = V1.CalendarPeriod.Day,
        });

        var catalog = Compiled(bank);

        Assert.Equal(
            [
                new(PolicyPartKind.Cap, "all"), new(PolicyPartKind.Cap, "week"), new(PolicyPartKind.Cap, "one_card"),
                new(PolicyPartKind.QuietHours, "sms"), new(PolicyPartKind.Spacing, ""), new(PolicyPartKind.Spacing, "sms"),
                new(PolicyPartKind.Exclusion, "either"), new(PolicyPartKind.ActionCoolDown, "fund"),
                new(PolicyPartKind.CategoryCoolDown, bank.Categories[0].CategoryId),
            ],
            catalog.ContactPolicy.Parts.AsEnumerable());
        Assert.Equal(10 * 60_000, catalog.ContactPolicy.ReservationExpiryMs);
        Assert.Equal((true, 5), (catalog.Caps[0].Reserve, catalog.Caps[0].HoldLastForPriority));
        Assert.Equal(CountMoment.Decision, catalog.Caps[1].CountAt);
        var (placement, deposit) = (catalog.Placements["app_home"], catalog.ActionsById["deposit"]);
        Assert.Equal(7, deposit.Priority);
        Assert.Equal(catalog.Symbols.Find(SymbolKind.Treatment, "deposit/card"), catalog.Caps[2].ScopeNumber);
        Assert.Equal(catalog.Caps[2].ScopeNumber, placement.GetTreatment(deposit.Number));
        Assert.True(placement is { Reserves: true, CommitsAtDecision: true, CountsAtDecision: false, CountAt: CountMoment.Impression });
        Assert.True(catalog.Placements["text"] is { Reserves: false, CommitsAtDecision: true, CountAt: CountMoment.Decision });
        Assert.False(Compiled(Bank()).Placements["app_home"].CommitsAtDecision);
    }

    [Fact]
    public void Feedback_feeds_live_tags_and_is_no_kind_of_event_that_callers_may_send()
    {
        var catalog = Compiled(Bank());

        Assert.Equal("payment", Assert.Single(catalog.EventTypes).Key);
        Assert.Equal("impression", catalog.Symbols.FindName(SymbolKind.EventType, catalog.TagsById["seen"].FedBy));
        Assert.All(
            ["impression", "click", "acceptance", "dismissal"],
            kind => Assert.NotEqual(0, catalog.Symbols.Find(SymbolKind.EventType, kind)));
    }

    [Fact]
    public void Numbers_stay_when_names_come_go_and_change_places()
    {
        var first = Compiled(Bank());
        var changed = Bank();
        changed.Tags.RemoveAt(0);
        changed.Tags.Insert(0, new V1.TagDefinition { TagId = "city", SubclassId = "person", Type = V1.TagType.String });
        changed.Tags.Single(tag => tag.TagId == "risk_level").EnumValues.Clear();
        changed.Tags.Single(tag => tag.TagId == "risk_level").EnumValues.Add(["c3", "c2"]);
        changed.Actions.RemoveAt(1);

        var second = Compiled(changed, first.Symbols);

        Assert.Equal(first.Symbols.Symbols, second.Symbols.Symbols.Take(first.Symbols.Symbols.Length));
        Assert.Equal(first.TagsById["aum"].Number, second.TagsById["aum"].Number);
        Assert.Equal(first.Tags.Max(tag => tag.Number) + 1, second.TagsById["city"].Number);
        var level = second.TagsById["risk_level"];
        Assert.Equal(first.TagsById["risk_level"].EnumNumbers["c2"], level.EnumNumbers["c2"]);
        Assert.Equal("c1", level.EnumNames[first.TagsById["risk_level"].EnumNumbers["c1"]]);
        Assert.False(level.EnumNumbers.ContainsKey("c1"));
        Assert.Same(second.Symbols, Compiled(changed, second.Symbols).Symbols);
    }

    [Fact]
    public void The_same_definition_gives_the_same_numbers() =>
        Assert.Equal<Symbol>([.. Compiled(Bank()).Symbols.Symbols], [.. Compiled(Bank()).Symbols.Symbols]);

    [Fact]
    public void A_live_tag_keeps_its_function_for_good()
    {
        var known = Compiled(Bank()).Symbols;
        var changed = Bank();
        var live = changed.Tags.Select((tag, index) => (tag, index)).First(each => each.tag.Live?.Function == V1.LiveFunction.Count);
        live.tag.Live.Function = V1.LiveFunction.DistinctDays;
        live.tag.Live.Window = Google.Protobuf.WellKnownTypes.Duration.FromTimeSpan(TimeSpan.FromDays(7));

        var fault = Assert.Single(CatalogCompiler.Compile(changed, known, 8).Faults);

        Assert.Equal($"tags[{live.index}].live.function", fault.Path);
    }

    [Fact]
    public void A_tag_keeps_its_type_for_good()
    {
        var known = Compiled(Bank()).Symbols;
        var changed = Bank();
        changed.Tags[1].Type = V1.TagType.Integer;
        changed.Tags[1].ModelFeature = null;

        var fault = Assert.Single(CatalogCompiler.Compile(changed, known, 8).Faults);

        Assert.Equal("tags[1].type", fault.Path);
        Assert.Contains("of type decimal in an earlier version", fault.Description, StringComparison.Ordinal);
    }

    [Fact]
    public void Finer_bins_and_crossings_are_taken_by_the_numbers_of_the_tags()
    {
        var bank = Bank();
        (bank.Tags[1].ModelFeature.FineBinWidth, bank.Tags[0].ModelFeature.FineBinWidth) = ("0.01", "1");
        bank.Tags[0].ModelFeature.CrossedWith.Add(["risk_level", "seen"]);

        var catalog = Compiled(bank);

        Assert.Equal((100L, 1L), (catalog.TagsById["aum"].FineBinWidth, catalog.TagsById["age"].FineBinWidth));
        Assert.Equal(
            new[] { catalog.TagsById["risk_level"].Number, catalog.TagsById["seen"].Number },
            catalog.TagsById["age"].CrossedWith.ToArray());
        Assert.Equal(["age", "aum"], catalog.RefinedTags.Select(static tag => tag.Id));
    }

    public static TheoryData<string, string, Action<V1.Catalog>> Faults => new()
    {
        { "time_zone", "there is no time zone 'Asia/Shangai'; did you mean 'Asia/Shanghai'?", bank => bank.TimeZone = "Asia/Shangai" },
        { "tag_classes[0].class_id", "\"Basic\" is no id", bank => bank.TagClasses[0].ClassId = "Basic" },
        { "tags[0].tag_id", "the id is missing", bank => Rename(bank, "") },
        { "tags[1].tag_id", "'age' is the id of tags[0] already", bank => bank.Tags[1].TagId = "age" },
        { "tags[0].display_name", "found 129 characters", bank => bank.Tags[0].DisplayName = new string('年', 129) },
        { "tags[0].display_name", "U+FFFD", bank => bank.Tags[0].DisplayName = "年\uFFFD" },
        { "tags[0].subclass_id", "there is no subclass 'persn'; did you mean 'person'?", bank => bank.Tags[0].SubclassId = "persn" },
        { "tags[1].type", "the type is missing", bank => bank.Tags[1].Type = V1.TagType.Unspecified },
        { "tags[1].type", "17 is no type", bank => bank.Tags[1].Type = (V1.TagType)17 },
        { "tags[0].enum_values", "the tag is no enum", bank => bank.Tags[0].EnumValues.Add("x") },
        { "tags[2].enum_values[2]", "\"c1\" is there already, at 0", bank => bank.Tags[2].EnumValues.Add("c1") },
        { "tags[2].enum_values[2]", "found 66 bytes", bank => bank.Tags[2].EnumValues.Add(new string('值', 22)) },
        { "tags[2].time_to_live", "found 30s; it may be 1m to 3660d", bank => bank.Tags[2].TimeToLive = Span(30) },
        { "tags[0].model_feature.bin_width", "a whole number above 0", bank => bank.Tags[0].ModelFeature.BinWidth = "0.5" },
        { "tags[0].model_feature.included", "excluded too", bank => bank.Tags[0].ModelFeature = new() { Included = true, Excluded = true } },
        { "tags[1].model_feature.bin_width", "a number above 0", bank => bank.Tags[1].ModelFeature.BinWidth = "-1" },
        { "tags[1].model_feature.fine_bin_width", "less wide than the bin_width", bank => bank.Tags[1].ModelFeature.FineBinWidth = "1.5" },
        { "tags[1].model_feature.fine_bin_width", "which is set", bank => bank.Tags[1].ModelFeature = new() { FineBinWidth = "1" } },
        { "tags[0].model_feature.fine_bin_width", "a whole number above 0", bank => bank.Tags[0].ModelFeature.FineBinWidth = "0.5" },
        { "tags[0].model_feature.crossed_with[0]", "there is no such tag", bank => bank.Tags[0].ModelFeature.CrossedWith.Add("amu") },
        { "tags[0].model_feature.crossed_with[0]", "with another", bank => bank.Tags[0].ModelFeature.CrossedWith.Add("age") },
        { "tags[1].model_feature.crossed_with[0]", "crossed already", bank => Cross(bank, "aum", "age") },
        { "tags[0].model_feature.crossed_with[0]", "no model reads that tag", bank => (bank.Tags[1].ModelFeature, bank.Tags[0].ModelFeature) = (new() { Excluded = true }, new() { CrossedWith = { "aum" } }) },
        { "tags[0].model_feature.crossed_with[0]", "no model reads this tag", bank => bank.Tags[0].ModelFeature = new() { Excluded = true, CrossedWith = { "aum" } } },
        { "tags[3].live.event_type_id", "there is no event type 'paymnt'; did you mean 'payment'?", bank => bank.Tags[3].Live.EventTypeId = "paymnt" },
        { "tags[3].live.property", "a sum needs one", bank => bank.Tags[3].Live.Property = "" },
        { "tags[4].live.property", "leave it out", bank => bank.Tags[4].Live.Property = "amount" },
        { "tags[4].live.function", "the function is missing", bank => bank.Tags[4].Live.Function = V1.LiveFunction.Unspecified },
        { "tags[3].live.function", "needs an integer tag", bank => (bank.Tags[3].Live.Function, bank.Tags[3].Live.Property) = (V1.LiveFunction.Count, "") },
        { "tags[4].live.function", "needs a time tag", bank => bank.Tags[4].Live.Function = V1.LiveFunction.Last },
        { "tags[3].live.window", "it may be 1m to 90d", bank => bank.Tags[3].Live.Window = Span(91 * 86_400) },
        { "tags[3].live.window", "it may be 1m to 90d", bank => bank.Tags[3].Live.Window = Span(long.MaxValue) },
        { "tags[4].live.window", "whole days", bank => (bank.Tags[4].Live.Function, bank.Tags[4].Live.Window) = (V1.LiveFunction.DistinctDays, Span(90_000)) },
        { "tags[4].time_to_live", "leave time_to_live out", bank => bank.Tags[4].TimeToLive = Span(3600) },
        { "event_types[0].event_type_id", "'click' is the id of feedback", bank => (bank.EventTypes[0].EventTypeId, bank.Tags[3].Live.EventTypeId) = ("click", "click") },
        { "placements[0].channel_id", "there is no channel 'apps'; did you mean 'app'?", bank => bank.Placements[0].ChannelId = "apps" },
        { "placements[0].default_limit", "found 51", bank => bank.Placements[0].DefaultLimit = 51 },
        { "placements[0].count_at", "9 is no moment", bank => bank.Placements[0].CountAt = (V1.CountAt)9 },
        { "actions[0].category_id", "the id of a category is missing", bank => bank.Actions[0].CategoryId = "" },
        { "actions[0].purpose", "the purpose is missing", bank => bank.Actions[0].Purpose = V1.Purpose.Unspecified },
        { "actions[0].value_fen", "found -1 fen", bank => bank.Actions[0].ValueFen = -1 },
        { "actions[0].lever", "found NaN", bank => bank.Actions[0].Lever = double.NaN },
        { "actions[0].prior_propensity", "found 1", bank => bank.Actions[0].PriorPropensity = 1 },
        { "actions[0].start_time", "is no instant", bank => bank.Actions[0].StartTime = new Timestamp { Seconds = long.MaxValue } },
        { "actions[0].end_time", "not after the start", bank => (bank.Actions[0].StartTime, bank.Actions[0].EndTime) = (new() { Seconds = 9 }, new() { Seconds = 9 }) },
        { "actions[1].eligibility[0].expression", "column 6: there is no tag 'agge'; did you mean 'age'?", bank => bank.Actions[1].Eligibility[0].Expression = "tags.agge > 3" },
        { "actions[1].eligibility[0].expression", "line 2, column 3: found '||', expected a value", bank => bank.Actions[1].Eligibility[0].Expression = "tags.age > 3 &&\n  || true" },
        { "actions[1].eligibility[0].expression", "line 1, column 4097: an expression has at most 4,096 characters", bank => bank.Actions[1].Eligibility[0].Expression = new string(' ', 4097) },
        { "actions[1].eligibility[0].expression", "is U+FFFD; send the text as valid UTF-8", bank => bank.Actions[1].Eligibility[0].Expression = "tags.age > \uFFFD" },
        { "actions[1].suitability[0].expression", "has no value \"c9\"", bank => bank.Actions[1].Suitability[0].Expression = "tags.risk_level == \"c9\"" },
        { "actions[1].suitability[0].rule_id", "'adult' is the id of actions[1].eligibility[0] already", bank => bank.Actions[1].Suitability[0].RuleId = "adult" },
        { "actions[0].treatments", "found none", bank => bank.Actions[0].Treatments.Clear() },
        { "actions[0].treatments[0].placement_ids", "found none", bank => bank.Actions[0].Treatments[0].PlacementIds.Clear() },
        { "actions[0].treatments[0].placement_ids[0]", "did you mean 'app_home'?", bank => bank.Actions[0].Treatments[0].PlacementIds[0] = "app_hme" },
        { "actions[0].treatments[0].placement_ids[1]", "is there already, at 0", bank => bank.Actions[0].Treatments[0].PlacementIds.Add("app_home") },
        { "actions[0].treatments[0].content.title", "found 300 bytes", bank => bank.Actions[0].Treatments[0].Content.Title = new string('存', 100) },
        { "actions[0].treatments[0].content.language", "no BCP 47 language tag", bank => bank.Actions[0].Treatments[0].Content.Language = "中文" },
        { "contact_caps[0].limit", "found 0", bank => bank.ContactCaps[0].Limit = 0 },
        { "contact_caps[0].scope", "the scope is missing", bank => bank.ContactCaps[0].Scope = V1.CapScope.Unspecified },
        { "contact_caps[0].scope_id", "leave it out", bank => bank.ContactCaps[0].ScopeId = "sms" },
        { "contact_caps[1].scope_id", "there is no channel 'smss'; did you mean 'sms'?", bank => bank.ContactCaps[1].ScopeId = "smss" },
        { "contact_caps[0].sliding", "the window is missing", bank => bank.ContactCaps[0].Sliding = null },
        { "contact_caps[0].sliding", "it may be 1m to 366d", bank => bank.ContactCaps[0].Sliding = Span(367 * 86_400) },
        { "contact_caps[1].calendar", "0 is no calendar period", bank => bank.ContactCaps[1].Calendar = V1.CalendarPeriod.Unspecified },
        { "contact_caps[0].count_at", "9 is no moment", bank => bank.ContactCaps[0].CountAt = (V1.CountAt)9 },
        { "contact_caps[0].hold_last_for_priority", "found -1", bank => bank.ContactCaps[0].HoldLastForPriority = -1 },
        { "contact_caps[1].scope_id", "there is no treatment 'deposit/crd'; did you mean 'deposit/card'?", bank => (bank.ContactCaps[1].Scope, bank.ContactCaps[1].ScopeId) = (V1.CapScope.Treatment, "deposit/crd") },
        { "actions[0].priority", "found 1001", bank => bank.Actions[0].Priority = 1001 },
        { "actions[0].dismissal_cool_down", "found 1s; it may be 1m to 3660d", bank => bank.Actions[0].DismissalCoolDown = Span(1) },
        { "actions[0].acceptance_cool_down", "it may be 1m to 3660d", bank => bank.Actions[0].AcceptanceCoolDown = Span(long.MaxValue) },
        { "channels[1].quiet_hours.from", "\"24:00\" is no time of day", bank => WithPolicy(bank).Channels[1].QuietHours.From = "24:00" },
        { "channels[1].quiet_hours.until", "the time is missing", bank => WithPolicy(bank).Channels[1].QuietHours.Until = "" },
        { "channels[1].quiet_hours.until", "as in from", bank => WithPolicy(bank).Channels[1].QuietHours.Until = "21:00" },
        { "channels[1].minimum_spacing", "found 0s; it may be 1s to 31d", bank => WithPolicy(bank).Channels[1].MinimumSpacing = Span(0) },
        { "contact_policy.minimum_spacing", "it may be 1s to 31d", bank => WithPolicy(bank).ContactPolicy.MinimumSpacing = Span(-1) },
        { "contact_policy.reservation_expiry", "it may be 1m to 7d", bank => WithPolicy(bank).ContactPolicy.ReservationExpiry = Span(1) },
        { "contact_policy.exclusion_groups[0].group_id", "the id is missing", bank => WithPolicy(bank).ContactPolicy.ExclusionGroups[0].GroupId = "" },
        { "contact_policy.exclusion_groups[0].action_ids", "found 1", bank => WithPolicy(bank).ContactPolicy.ExclusionGroups[0].ActionIds.RemoveAt(0) },
        { "contact_policy.exclusion_groups[0].action_ids[1]", "there is no action 'fnd'; did you mean 'fund'?", bank => WithPolicy(bank).ContactPolicy.ExclusionGroups[0].ActionIds[1] = "fnd" },
        { "contact_policy.exclusion_groups[0].action_ids[2]", "is there already, at 0", bank => WithPolicy(bank).ContactPolicy.ExclusionGroups[0].ActionIds.Add("deposit") },
        { "contact_policy.exclusion_groups[0].window", "the window is missing", bank => WithPolicy(bank).ContactPolicy.ExclusionGroups[0].Window = null },
        { "contact_policy.category_cool_downs[0].category_id", "there is no category", bank => WithPolicy(bank).ContactPolicy.CategoryCoolDowns[0].CategoryId = "x" },
        { "contact_policy.category_cool_downs[0].dismissal_cool_down", "both cool-downs are missing", bank => WithPolicy(bank).ContactPolicy.CategoryCoolDowns[0].DismissalCoolDown = null },
        { "contact_policy.category_cool_downs[1].category_id", "is there already, at 0", bank => WithPolicy(bank).ContactPolicy.CategoryCoolDowns.Add(bank.ContactPolicy.CategoryCoolDowns[0].Clone()) },
        { "channels", "found 66 channels; there may be at most 64", bank => bank.Channels.Add(Enumerable.Range(0, 64).Select(i => new V1.Channel { ChannelId = $"c{i}" })) },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void A_fault_is_named_with_the_path_of_its_field(string path, string part, Action<V1.Catalog> spoil)
    {
        var bank = Bank();
        spoil(bank);

        var compilation = CatalogCompiler.Compile(bank, SymbolTable.Empty, 1);

        Assert.Null(compilation.Catalog);
        Assert.Contains(compilation.Faults, fault => fault.Path == path && fault.Description.Contains(part, StringComparison.Ordinal));
    }

    [Fact]
    public void All_faults_are_named_at_once()
    {
        var bank = Bank();
        bank.Tags[0].SubclassId = "x";
        bank.Placements[0].DefaultLimit = -1;
        bank.Actions[1].Eligibility[0].Expression = "tags.age";
        bank.ContactCaps[1].Limit = 1001;

        Assert.Equal(
            ["tags[0].subclass_id", "placements[0].default_limit", "actions[1].eligibility[0].expression", "contact_caps[1].limit"],
            CatalogCompiler.Compile(bank, SymbolTable.Empty, 1).Faults.Select(fault => fault.Path));
    }

    [Fact]
    public void No_more_faults_are_named_than_a_caller_can_read()
    {
        var bank = Bank();
        bank.Actions.Add(Enumerable.Range(0, 3000).Select(i => new V1.Action { ActionId = $"a{i}" }));

        Assert.Equal(CatalogCompiler.MaxFaults, CatalogCompiler.Compile(bank, SymbolTable.Empty, 1).Faults.Length);
    }

    [Fact]
    public void Numbers_that_run_out_are_a_fault()
    {
        var known = SymbolTable.Empty.With(Enumerable.Range(0, ushort.MaxValue).Select(i => new Symbol(SymbolKind.Action, $"old{i}")));

        var fault = Assert.Single(CatalogCompiler.Compile(Bank(), known, 2).Faults);

        Assert.Equal("actions", fault.Path);
    }

    [Fact]
    public void A_rule_is_protective_when_it_says_so_or_its_category_does()
    {
        var bank = Bank();
        var rule = new V1.Rule { RuleId = "is_safe", Expression = "true" };
        bank.Categories[0].Eligibility.Add(rule);
        bank.Actions[0].CategoryId = bank.Categories[0].CategoryId;
        bank.Actions[0].Applicability.Add([new V1.Rule(rule) { Protective = true }, new V1.Rule(rule) { RuleId = "other" }]);
        Assert.Equal([false, true, false], Protective());
        bank.Categories[0].Protective = true;
        Assert.Equal([true, true, false], Protective());

        IEnumerable<bool> Protective() =>
            Compiled(bank).Actions[0].Rules.Where(
                static each =>
                    each.Id.EndsWith("is_safe", StringComparison.Ordinal) || each.Id == "other").Select(static each => each.IsProtective);
    }

    [Fact]
    public void A_cap_binds_marketing_unless_it_names_its_purposes_and_law_is_never_bound()
    {
        var bank = Bank();
        Assert.All(Compiled(bank).Caps, static cap => Assert.Equal(BoundPurposes.Marketing, cap.Purposes));
        bank.ContactCaps[0].Purposes.Add([V1.Purpose.Marketing, V1.Purpose.Service]);
        Assert.Equal(BoundPurposes.Marketing | BoundPurposes.Service, Compiled(bank).Caps[0].Purposes);
        Assert.True(Compiled(bank).ContactPolicy.BindsService);

        bank.ContactCaps[0].Purposes[0] = V1.Purpose.Regulatory;
        bank.ContactCaps[0].Purposes.Add(V1.Purpose.Service);
        Assert.Equal(
            ["contact_caps[0].purposes[0]", "contact_caps[0].purposes[2]"],
            CatalogCompiler.Compile(bank, SymbolTable.Empty, 1).Faults.Select(static fault => fault.Path));
    }

    [Fact]
    public void A_catalogue_that_defines_nothing_is_one_in_the_time_zone_of_Shanghai()
    {
        var midnight = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.FromHours(8)).ToUnixTimeMilliseconds();

        Assert.Equal(midnight, Compiled(new V1.Catalog()).Calendar.GetStart(CalendarPeriod.Day, midnight + 1));
    }

    private static Catalog Compiled(V1.Catalog definition, SymbolTable? known = null)
    {
        var compilation = CatalogCompiler.Compile(definition, known ?? SymbolTable.Empty, 7);
        Assert.Empty(compilation.Faults);
        return compilation.Catalog!;
    }

    private static Duration Span(long seconds) => new() { Seconds = seconds };

    private static V1.Catalog WithPolicy(V1.Catalog bank)
    {
        bank.Channels[1].QuietHours = new V1.QuietHours { From = "21:00", Until = "09:00" };
        bank.Channels[1].MinimumSpacing = Span(3600);
        bank.Actions[1].DismissalCoolDown = Span(30 * 86_400);
        bank.ContactPolicy = new V1.ContactPolicy
        {
            MinimumSpacing = Span(60),
            ReservationExpiry = Span(600),
            ExclusionGroups = { new V1.ExclusionGroup { GroupId = "either", ActionIds = { "deposit", "fund" }, Window = Span(86_400) } },
            CategoryCoolDowns = { new V1.CategoryCoolDown { CategoryId = bank.Categories[0].CategoryId, DismissalCoolDown = Span(86_400) } },
        };
        return bank;
    }

    [Theory]
    [InlineData(V1.TagType.Enum, false, null, null)]
    [InlineData(V1.TagType.Enum, true, null, UnreadReason.Sensitive)]
    [InlineData(V1.TagType.String, false, null, UnreadReason.String)]
    [InlineData(V1.TagType.String, true, true, null)]
    [InlineData(V1.TagType.Enum, true, true, null)]
    [InlineData(V1.TagType.Enum, false, false, UnreadReason.Excluded)]
    public void Models_read_strings_and_sensitive_tags_only_when_asked_to(
        V1.TagType type, bool isSensitive, bool? isIncluded, UnreadReason? expected)
    {
        var bank = Bank();
        var tag = new V1.TagDefinition { TagId = "extra", SubclassId = "person", Type = type, Sensitive = isSensitive };
        tag.EnumValues.Add(type == V1.TagType.Enum ? ["a"] : Array.Empty<string>());
        tag.ModelFeature = isIncluded is { } included ? new() { Included = included, Excluded = !included } : null;
        bank.Tags.Add(tag);

        Assert.Equal(expected, Compiled(bank).TagsById["extra"].Unread);
        Assert.Equal(
            expected is UnreadReason.Sensitive or UnreadReason.String,
            CatalogWarnings.Find(bank).Any(static warning =>
                warning.Contains("1 tag of strings or sensitive values: extra.", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_catalogue_of_more_tags_than_models_see_is_warned_of()
    {
        var bank = Bank();
        Assert.Empty(CatalogWarnings.Find(bank));
        bank.Tags.Add(
            Enumerable.Range(0, 250).Select(static i =>
                new V1.TagDefinition { TagId = $"tag_{i}", SubclassId = "person", Type = V1.TagType.Bool }));

        Assert.StartsWith(
            "Models read 255 tags and see at most 254 of a customer", Assert.Single(CatalogWarnings.Find(bank)), StringComparison.Ordinal);
    }

    private static void Cross(V1.Catalog bank, string tagId, string otherId)
    {
        bank.Tags.Single(tag => tag.TagId == tagId).ModelFeature.CrossedWith.Add(otherId);
        bank.Tags.Single(tag => tag.TagId == otherId).ModelFeature.CrossedWith.Add(tagId);
    }

    private static void Rename(V1.Catalog bank, string tagId)
    {
        bank.Tags[0].TagId = tagId;
        bank.Actions[1].Eligibility.Clear();
    }

    private static V1.Catalog Bank() => new()
    {
        TagClasses = { new V1.TagClass { ClassId = "basic", Subclasses = { new V1.TagSubclass { SubclassId = "person" } } } },
        Tags =
        {
            new V1.TagDefinition { TagId = "age", SubclassId = "person", Type = V1.TagType.Integer, ModelFeature = new() { BinWidth = "5" } },
            new V1.TagDefinition { TagId = "aum", SubclassId = "person", Type = V1.TagType.Decimal, ModelFeature = new() { BinWidth = "1.5" } },
            new V1.TagDefinition { TagId = "risk_level", SubclassId = "person", Type = V1.TagType.Enum, EnumValues = { "c1", "c2" }, TimeToLive = Span(365 * 86_400) },
            new V1.TagDefinition
            {
                TagId = "spent", SubclassId = "person", Type = V1.TagType.Decimal,
                Live = new() { EventTypeId = "payment", Function = V1.LiveFunction.Sum, Property = "amount", Window = Span(7 * 86_400) },
            },
            new V1.TagDefinition
            {
                TagId = "seen", SubclassId = "person", Type = V1.TagType.Integer,
                Live = new() { EventTypeId = "impression", Function = V1.LiveFunction.Count, Window = Span(3600) },
            },
        },
        EventTypes = { new V1.EventType { EventTypeId = "payment" } },
        Channels = { new V1.Channel { ChannelId = "app" }, new V1.Channel { ChannelId = "sms" } },
        Placements =
        {
            new V1.Placement { PlacementId = "app_home", ChannelId = "app" },
            new V1.Placement { PlacementId = "text", ChannelId = "sms", CountAt = V1.CountAt.Decision },
        },
        Categories = { new V1.Category { CategoryId = "savings" } },
        Actions =
        {
            new V1.Action
            {
                ActionId = "deposit", CategoryId = "savings", Purpose = V1.Purpose.Marketing,
                Treatments =
                {
                    new V1.Treatment { TreatmentId = "card", PlacementIds = { "app_home" }, Content = new() { Title = "存款" } },
                    new V1.Treatment { TreatmentId = "other", PlacementIds = { "app_home", "text" }, Content = new() { Title = "存款" } },
                },
            },
            new V1.Action
            {
                ActionId = "fund", CategoryId = "savings", Purpose = V1.Purpose.Marketing,
                Suitability = { new V1.Rule { RuleId = "risk_fits", Expression = "tags.risk_level != \"c1\"" } },
                Applicability = { new V1.Rule { RuleId = "spends", Expression = "tags.spent >= 0.5" } },
                Eligibility = { new V1.Rule { RuleId = "adult", Expression = "tags.age >= 18" } },
                Treatments = { new V1.Treatment { TreatmentId = "card", PlacementIds = { "app_home" } } },
            },
        },
        ContactCaps =
        {
            new V1.ContactCap { CapId = "all", Scope = V1.CapScope.All, Limit = 5, Sliding = Span(7 * 86_400) },
            new V1.ContactCap { CapId = "week", Scope = V1.CapScope.Channel, ScopeId = "sms", Limit = 2, Calendar = V1.CalendarPeriod.Week },
        },
    };
}
