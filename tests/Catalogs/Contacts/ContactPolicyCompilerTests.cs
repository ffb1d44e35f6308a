using Zhice.Catalogs.Yaml;
using Zhice.Domain.Catalogs;
using Zhice.Domain.Contacts;
using Zhice.Domain.Customers;
using Zhice.Domain.Decisions;
using Zhice.Domain.Primitives;

namespace Zhice.Catalogs.Tests.Contacts;

/// <summary>What a definition says of consent, do-not-contact lists and caps of a parent category.</summary>
public sealed class ContactPolicyCompilerTests
{
    [Fact]
    public void The_catalogue_says_who_is_asked_and_each_fault_has_its_path()
    {
        var definition = SmallCatalog.Create();
        var sms = definition.Channels.Single(channel => channel.ChannelId == "sms");
        (sms.Consent, sms.ConsentLifetime) =
            (V1.ConsentMode.OptIn, Google.Protobuf.WellKnownTypes.Duration.FromTimeSpan(TimeSpan.FromDays(365)));
        var policy = CatalogCompiler.Compile(definition, SymbolTable.Empty, 1).Catalog!.ContactPolicy;
        var number = CatalogCompiler.Compile(definition, SymbolTable.Empty, 1).Catalog!.Channels["sms"].Number;
        Assert.False(policy.IsConsented(new(), number, Purpose.Marketing, Bank.Now));
        Assert.False(policy.AsksConsent(number, Purpose.Service));

        (sms.Consent, sms.ServiceConsent) = (V1.ConsentMode.OptOut, (V1.ConsentMode)7);
        var at = definition.Channels.IndexOf(sms);
        Assert.Equal(
            [$"channels[{at}].consent_lifetime", $"channels[{at}].service_consent"],
            CatalogCompiler.Compile(definition, SymbolTable.Empty, 1).Faults.Select(static fault => fault.Path));
    }

    [Fact]
    public void The_catalogue_names_do_not_contact_lists_by_conditions()
    {
        var definition = SmallCatalog.Create();
        definition.ContactPolicy ??= new();
        definition.ContactPolicy.DoNotContact.Add(new V1.DoNotContactList { ListId = "old", Condition = "tags.age > 90" });
        var catalog = CatalogCompiler.Compile(definition, SymbolTable.Empty, 1).Catalog!;
        Assert.Contains(new PolicyPart(PolicyPartKind.DoNotContact, "old"), catalog.ContactPolicy.Parts);

        definition.ContactPolicy.DoNotContact.Add(new V1.DoNotContactList { ListId = "old", Condition = "tags.agee > 90" });
        Assert.Equal(
            ["contact_policy.do_not_contact[1].list_id", "contact_policy.do_not_contact[1].condition"],
            CatalogCompiler.Compile(definition, SymbolTable.Empty, 1).Faults.Select(static fault => fault.Path));
    }

    [Fact]
    public void A_list_has_a_condition_or_an_audience_and_not_both()
    {
        var definition = SmallCatalog.Create();
        definition.ContactPolicy ??= new();
        definition.ContactPolicy.DoNotContact.Add(new V1.DoNotContactList { ListId = "regulator", AudienceId = "dnc_regulator" });
        var policy = CatalogCompiler.Compile(definition, SymbolTable.Empty, 1).Catalog!.ContactPolicy;
        Assert.Equal(
            ("regulator", "dnc_regulator", null),
            (policy.DoNotContact[0].Id, policy.DoNotContact[0].AudienceId, policy.DoNotContact[0].Condition));
        Assert.False(policy.MayBindAnew);

        definition.ContactPolicy.DoNotContact.Add(
            new V1.DoNotContactList { ListId = "both", AudienceId = "dnc_regulator", Condition = "tags.age > 90" });
        definition.ContactPolicy.DoNotContact.Add(new V1.DoNotContactList { ListId = "neither" });
        Assert.Equal(
            ["contact_policy.do_not_contact[1].audience_id", "contact_policy.do_not_contact[2].condition"],
            CatalogCompiler.Compile(definition, SymbolTable.Empty, 1).Faults.Select(static fault => fault.Path));
    }

    [Fact]
    public void A_bank_caps_all_loans_in_its_catalogue()
    {
        var definition = CatalogFiles.Read(SampleBank.CatalogFolder);
        var group = definition.Actions.First(static action => action.Purpose == V1.Purpose.Marketing).CategoryId;
        definition.Categories.Single(each => each.CategoryId == group).ParentCategoryId = "everything";
        definition.Categories.Add(new V1.Category { CategoryId = "everything", DisplayName = "Everything" });
        definition.ContactCaps.Add(new V1.ContactCap
        {
            CapId = "of_the_parent", Scope = V1.CapScope.Category, ScopeId = "everything", Limit = 1, Calendar = V1.CalendarPeriod.Month,
        });
        var compiled = CatalogCompiler.Compile(definition, SymbolTable.Empty, 1);
        Assert.Empty(compiled.Faults);
        var catalog = compiled.Catalog!;
        var action = catalog.Actions.First(each =>
            each.Purpose == Purpose.Marketing && each.Category == catalog.Symbols.Find(SymbolKind.Category, group));
        var state = new CustomerState();
        state.Contacts.Record(new(1, action.Category, action.Number), Bank.Now, catalog.KeptContacts, CountMoment.Impression);
        Assert.Equal(1, catalog.ContactPolicy.Used("of_the_parent", state.ContactState, Bank.Now));
    }
}
