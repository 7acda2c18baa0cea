using Parley.Media.Video;
using Parley.Protocol;

namespace Parley.Media.Tests.Video;

public sealed class FrameFragmenterTests
{
    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(1_160, 1, 1_160)]
    [InlineData(1_161, 2, 581)]
    [InlineData(2_321, 3, 774)]
    [InlineData(Limits.MaxFrame, Limits.MaxFragments, 1_160)]
    public void Known_lengths_are_cut_as_evenly_as_possible(int length, int count, int size)
    {
        Assert.Equal(count, FrameFragmenter.FragmentCount(length));
        Assert.Equal(size, FrameFragmenter.FragmentSize(length));
    }

    [Fact]
    public void Every_length_has_full_pieces_and_a_last_one_that_is_not_empty()
    {
        for (var length = 1; length <= Limits.MaxFrame; length++)
        {
            var count = FrameFragmenter.FragmentCount(length);
            var size = FrameFragmenter.FragmentSize(length);
            var last = length - ((count - 1) * size);
            if (size > Limits.MaxFragment || last <= 0 || last > size || size - last >= count) Assert.Fail($"{length}: {count} × {size}, last {last}");
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(Limits.MaxFrame + 1)]
    public void Impossible_lengths_are_refused(int length) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => FrameFragmenter.FragmentCount(length));
}
