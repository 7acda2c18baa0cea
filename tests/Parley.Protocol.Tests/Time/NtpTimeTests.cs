using FsCheck;
using FsCheck.Fluent;
using Parley.Protocol.Time;

namespace Parley.Protocol.Tests.Time;

public sealed class NtpTimeTests
{
    [Fact]
    public void Three_and_a_half_seconds_are_written_as_in_the_standard()
    {
        var time = NtpTime.From(Instant.FromMilliseconds(2500), TimeSpan.FromSeconds(1));
        Assert.Equal(0x00000003_80000000UL, time.Value);
        Assert.Equal(0x00038000u, time.Middle);
    }

    [Fact]
    public void Converting_there_and_back_gives_the_same_instant() =>
        Prop.ForAll(
            ArbMap.Default.ArbFor<uint>(),
            ArbMap.Default.ArbFor<ushort>(),
            (low, high) =>
            {
                var instant = new Instant(((long)high << 32) | low);
                var offset = TimeSpan.FromSeconds(12_345.678);
                return NtpTime.From(instant, offset).ToInstant(offset) == instant;
            }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 65536)]
    [InlineData(0.5, 32768)]
    [InlineData(0.00001, 1)]
    public void Durations_count_in_sixty_five_thousandths(double seconds, uint units) =>
        Assert.Equal(units, NtpTime.ToMiddleUnits(TimeSpan.FromSeconds(seconds)));

    [Fact]
    public void Units_convert_back() => Assert.Equal(TimeSpan.FromMilliseconds(250), NtpTime.FromMiddleUnits(16_384));
}
