using FsCheck.Xunit;
using Xunit;
using Zhice.Domain.Contacts;

namespace Zhice.Domain.Tests.Contacts;

public sealed class ConsentSetTests
{
    [Property]
    public void The_latest_word_on_a_channel_and_purpose_holds_and_a_refusal_of_all_channels_forbids_each(
        (byte Channel, bool IsService, bool IsGranted)[] words)
    {
        var consents = new ConsentSet();
        var model = new Dictionary<(ushort, Purpose), bool>();
        foreach (var (channel, isService, isGranted) in words)
        {
            var purpose = isService ? Purpose.Service : Purpose.Marketing;
            consents.Set((ushort)(channel % 4), purpose, isGranted, 1);
            model[((ushort)(channel % 4), purpose)] = isGranted;
        }

        Assert.Equal(model.Count, consents.Entries.Count);
        foreach (var read in (ConsentSet[])[consents, consents.Clone(), ConsentSet.FromBytes(consents.ToBytes())])
        {
            for (ushort channel = 1; channel < 5; channel++)
            {
                foreach (var purpose in Enum.GetValues<Purpose>())
                {
                    Assert.Equal(
                        model.GetValueOrDefault((channel, purpose), true) && model.GetValueOrDefault(((ushort)0, purpose), true),
                        read.Allows(channel, purpose));
                }
            }
        }
    }
}
