namespace Zhice.SampleTraffic;

/// <summary>What was played.</summary>
/// <param name="Customers">Customers who came by.</param>
/// <param name="Events">Events that were recorded, answers among them.</param>
/// <param name="Decisions">Recommendations that were asked for.</param>
/// <param name="Answers">Impressions, clicks, acceptances and dismissals.</param>
/// <param name="Contacts">Contacts that gateways took.</param>
/// <param name="Failures">Those that a gateway refused or gave up.</param>
public sealed record SampleTally(long Customers, long Events, long Decisions, long Answers, long Contacts, long Failures);
